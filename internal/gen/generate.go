package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/render"
	"github.com/asterisk-go/asterisk-go/internal/gen/table"
)

// rendered is every generated file, by its path below the module's root.
func rendered(root string) (map[string][]byte, error) {
	var actions []table.Action
	events, err := tableEvents(root)
	err = errors.Join(err, readTable(filepath.Join(root, specDir), "actions.txt", func(f *os.File) (err error) {
		actions, err = table.ReadActions(f)
		return err
	}))
	if err != nil {
		return nil, err
	}
	all := make(map[string][]byte)
	add := func(dir string, files map[string][]byte, renderErr error) {
		err = errors.Join(err, renderErr)
		for name, content := range files {
			all[filepath.Join(dir, name)] = content
		}
	}
	files, renderErr := render.Events(events)
	add(eventDir, files, renderErr)
	files, renderErr = render.Actions(actions)
	add(actionDir, files, renderErr)
	files, renderErr = render.Forms(actions)
	add(sessionDir, files, renderErr)
	files, renderErr = gateway(root)
	add("", files, renderErr)
	if err != nil {
		return nil, err
	}
	return all, nil
}

// The folders of generated files.
const eventDir, actionDir, sessionDir = "event", "ami/action", "internal/session"

// tableEvents reads the events and the order of their keys.
func tableEvents(root string) (events []table.Event, err error) {
	dir := filepath.Join(root, specDir)
	err = errors.Join(
		readTable(dir, "events.txt", func(f *os.File) (err error) { events, err = table.ReadEvents(f); return err }),
		readTable(dir, "events.order", func(f *os.File) error { return table.ReadOrder(f, events) }))
	return events, err
}

func readTable(dir, name string, read func(*os.File) error) error {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := read(f); err != nil {
		return fmt.Errorf("%s: %w", f.Name(), err)
	}
	return nil
}

// generate is step two: tables to Go. Files that no longer come out are removed.
func generate(root string) error {
	files, err := rendered(root)
	if err != nil {
		return err
	}
	for path, content := range files {
		if err := os.WriteFile(filepath.Join(root, path), content, 0o644); err != nil {
			return err
		}
	}
	stray, err := strays(root, files)
	for _, path := range stray {
		err = errors.Join(err, os.Remove(filepath.Join(root, path)))
	}
	return err
}

// check fails when generate would change anything.
func check(root string) error {
	files, err := rendered(root)
	if err != nil {
		return err
	}
	stale, err := strays(root, files)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		there, readErr := os.ReadFile(filepath.Join(root, path))
		if readErr != nil && !errors.Is(readErr, fs.ErrNotExist) {
			return readErr
		}
		if !bytes.Equal(there, files[path]) {
			stale = append(stale, path)
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("stale, run make generate: %s", strings.Join(stale, " "))
	}
	return err
}

// strays are generated files that no table asks for.
func strays(root string, files map[string][]byte) ([]string, error) {
	var all []string
	for _, dir := range []string{eventDir, actionDir, sessionDir} {
		found, err := filepath.Glob(filepath.Join(root, dir, "generated_*.go"))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return nil, err
			}
			if files[rel] == nil {
				all = append(all, rel)
			}
		}
	}
	return all, nil
}
