package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

const module = "github.com/asterisk-go/asterisk-go"

// load returns the packages that users may import, in the order of their paths.
func load(root string) ([]*types.Package, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,Name", "./...")
	cmd.Dir = root
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &said)
	}
	exported := make(map[string]string)
	var paths []string
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export, Name string }
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exported[p.ImportPath] = p.Export
		if public(p.ImportPath) && p.Name != "main" {
			paths = append(paths, p.ImportPath)
		}
	}
	from := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exported[path]) })
	var packages []*types.Package
	for _, path := range paths {
		p, err := from.Import(path)
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
