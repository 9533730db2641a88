package main

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/exported"
)

const module = "github.com/asterisk-go/asterisk-go"

// load returns the packages that users may import.
func load(root string) ([]*types.Package, error) {
	built, err := exported.List(root, "./...")
	if err != nil {
		return nil, err
	}
	from := exported.Importer(token.NewFileSet(), built)
	var packages []*types.Package
	for _, b := range built {
		if !public(b.ImportPath) || b.Name == "main" {
			continue
		}
		p, err := from.Import(b.ImportPath)
		if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
	return packages, nil
}

func public(path string) bool {
	return (path == module || strings.HasPrefix(path, module+"/")) && !strings.Contains(path+"/", "/internal/")
}

// title is a package as the record calls it: its path in the module, or its name
// for the root.
func title(p *types.Package) string {
	if folder, ok := strings.CutPrefix(p.Path(), module+"/"); ok {
		return folder
	}
	return p.Name()
}
