package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The record is api/NAME.txt for each package, as it was at the last release, and
// api/next.txt: what has come since, with a plus, and gone, with a minus.
const next = "next.txt"

func recordName(p *types.Package) string { return strings.ReplaceAll(title(p), "/", "-") + ".txt" }

// recordFaults returns where the record is not that of the code, and the changes
// that the CHANGELOG does not tell.
func recordFaults(root string, packages []*types.Package) (faults []error) {
	changes, err := changed(root, packages)
	if err != nil {
		return []error{err}
	}
	recorded, err := readLines(filepath.Join(root, "api", next))
	if err != nil {
		return []error{err}
	}
	for _, c := range changes {
		if !slices.Contains(recorded, c.text) {
			faults = append(faults, fmt.Errorf("%q is not in api/%s: run make api", c.text, next))
		}
	}
	for _, text := range recorded {
		if !slices.ContainsFunc(changes, func(c line) bool { return c.text == text }) {
			faults = append(faults, fmt.Errorf("api/%s has %q, which is no change: run make api", next, text))
		}
	}
	log, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return append(faults, err)
	}
	return append(faults, untold(string(log), changes)...)
}

// untold returns the changes that the section Unreleased of a CHANGELOG does not
// name. To name a type tells all of it.
func untold(log string, changes []line) (faults []error) {
	_, section, _ := strings.Cut(log, "\n## Unreleased\n")
	section, _, _ = strings.Cut(section, "\n## ")
	told := make(map[string]bool)
	for _, name := range strings.FieldsFunc(section, func(r rune) bool { return !strings.ContainsRune(nameRunes, r) }) {
		told[strings.Trim(name, ".")] = true
	}
	for _, c := range changes {
		owner := c.name[:max(strings.LastIndexByte(c.name, '.'), 0)]
		if !told[c.name] && (!strings.Contains(owner, ".") || !told[owner]) {
			faults = append(faults, fmt.Errorf("CHANGELOG.md does not name %s under Unreleased: %s", c.name, c.text))
			told[c.name] = true
		}
	}
	return faults
}

const nameRunes = ".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"

// changed returns what the code has and the last release had not, and the other
// way round, marked so.
func changed(root string, packages []*types.Package) (changes []line, err error) {
	files, err := filepath.Glob(filepath.Join(root, "api", "*.txt"))
	if err != nil {
		return nil, err
	}
	before := make(map[string]bool)
	for _, file := range files {
		if filepath.Base(file) == next {
			continue
		}
		released, err := readLines(file)
		if err != nil {
			return nil, err
		}
		for _, text := range released {
			before[text] = true
		}
	}
	for _, p := range packages {
		for _, l := range lines(p) {
			if !before[l.text] {
				changes = append(changes, line{l.name, "+" + l.text})
			}
			delete(before, l.text)
		}
	}
	for text := range before {
		changes = append(changes, line{nameOf(text), "-" + text})
	}
	slices.SortFunc(changes, func(a, b line) int { return strings.Compare(a.text, b.text) })
	return changes, nil
}

// nameOf is the name of a line that the code no longer has.
func nameOf(text string) string {
	text = strings.TrimPrefix(text, "pkg ")
	path, rest, _ := strings.Cut(text, ", ")
	name := path[strings.LastIndexByte(path, '/')+1:]
	kind, rest, _ := strings.Cut(rest, " ")
	if receiver, method, ok := strings.Cut(rest, ") "); kind == "method" && ok {
		return name + "." + untilMark(strings.TrimLeft(receiver, "(*")) + "." + untilMark(method)
	}
	member := ""
	if _, after, ok := strings.Cut(rest, " struct, "); ok && kind == "type" {
		after = strings.TrimPrefix(after, "embedded ")
		member = "." + untilMark(after[strings.LastIndexByte(untilType(after), '.')+1:])
	} else if _, after, ok := strings.Cut(rest, " interface, "); ok && kind == "type" && !strings.HasPrefix(after, "embedded ") && after != "unexported methods" {
		member = "." + untilMark(after)
	}
	return name + "." + untilMark(rest) + member
}

// untilType is what an embedded type begins with, its package included.
func untilType(text string) string {
	before, _, _ := strings.Cut(text, " ")
	before, _, _ = strings.Cut(before, "[")
	return before
}

// untilMark is the identifier that a text begins with.
func untilMark(text string) string {
	if end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune(nameRunes[1:], r) }); end >= 0 {
		return text[:end]
	}
	return text
}

func readLines(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' }), err
}

func update(root string, packages []*types.Package) error {
	changes, err := changed(root, packages)
	if err != nil {
		return err
	}
	return write(filepath.Join(root, "api", next), changes)
}

func release(root string, packages []*types.Package) error {
	old, err := filepath.Glob(filepath.Join(root, "api", "*.txt"))
	if err != nil {
		return err
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	for _, p := range packages {
		if err := write(filepath.Join(root, "api", recordName(p)), lines(p)); err != nil {
			return err
		}
	}
	return write(filepath.Join(root, "api", next), nil)
}

func write(file string, all []line) error {
	var text bytes.Buffer
	for _, l := range all {
		text.WriteString(l.text + "\n")
	}
	return os.WriteFile(file, text.Bytes(), 0o644)
}
