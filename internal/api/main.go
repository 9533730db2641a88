// Command api keeps the exported API of the module on record: a line in api/ for
// each name, as the Go project does it.
//
//	go run ./internal/api check     fail where the code and the record differ, or a name breaks a rule
//	go run ./internal/api update    write what has changed since the last release into api/next.txt
//	go run ./internal/api release   make what the code has the record of a release
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:], "."); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}

func run(args []string, root string) error {
	if len(args) != 1 {
		return errors.New("usage: api check | update | release")
	}
	packages, err := load(root)
	if err != nil {
		return err
	}
	switch args[0] {
	case "check":
		return errors.Join(append(nameFaults(packages), recordFaults(root, packages)...)...)
	case "update":
		return update(root, packages)
	case "release":
		return release(root, packages)
	}
	return fmt.Errorf("there is no command %q", args[0])
}
