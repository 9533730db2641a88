// Package exported reads what packages export as the compiler has written it down:
// with their types, and without their source.
package exported

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
)

// Package is one that was built.
type Package struct {
	ImportPath, Name string
	Export           string // the file with its types
}

// List builds the packages that arguments of go list name in a folder, and returns
// them and all that they import, each after what it imports.
func List(dir string, arguments ...string) ([]Package, error) {
	cmd := exec.Command("go", append([]string{"list", "-export", "-deps", "-json=ImportPath,Name,Export"}, arguments...)...)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &said)
	}
	var all []Package
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// Importer returns the types of packages that List has returned.
func Importer(set *token.FileSet, packages []Package) types.Importer {
	files := make(map[string]string)
	for _, p := range packages {
		files[p.ImportPath] = p.Export
	}
	return importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
}
