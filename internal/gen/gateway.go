package main

import (
	"os"
	"path/filepath"

	"github.com/asterisk-go/asterisk-go/internal/gen/wire"
)

const gatewayDir, gatewayGuide = "ami/gateway", "docs/gateway.md"

// gateway renders what is made of the types of ami/gateway/message, by path below the module's root.
func gateway(root string) (map[string][]byte, error) {
	model, err := wire.Read(os.DirFS(filepath.Join(root, gatewayDir, "message")))
	if err != nil {
		return nil, err
	}
	schema, err := model.Schema()
	if err != nil {
		return nil, err
	}
	types, err := model.TypeScript()
	if err != nil {
		return nil, err
	}
	guide, err := os.ReadFile(filepath.Join(root, gatewayGuide))
	if err != nil {
		return nil, err
	}
	guide, err = model.Reference(string(guide))
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		filepath.Join(gatewayDir, "schema.json"): schema,
		filepath.Join(gatewayDir, "client.d.ts"): types,
		filepath.FromSlash(gatewayGuide):         guide,
	}, nil
}
