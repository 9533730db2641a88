package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/asterisk-go/asterisk-go/internal/gen/table"
	"github.com/asterisk-go/asterisk-go/internal/gen/xmldoc"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// specDir has the tables and what a person adds to them, below the module's root.
const specDir = "internal/gen/spec"

const spoken = `# Written by "make spec" from the names in Asterisk's documentation, %s. Review
# what changes here; a person's words belong into the .overlay, .book and .notes files.
`

// distil is step one: documentation and overlays to tables.
func distil(ctx context.Context, root string) error {
	var sources []table.Source
	for _, v := range lab.Versions() {
		folder, err := lab.Build(ctx, v, os.Stderr)
		if err != nil {
			return err
		}
		document, err := xmldoc.Read(xmldoc.Path(folder))
		if err != nil {
			return err
		}
		sources = append(sources, table.Source{Version: v.String(), Document: document})
	}
	dir := filepath.Join(root, specDir)
	events, err := readParts(dir, "events")
	if err != nil {
		return err
	}
	merged, err := table.MergeEvents(sources, events.overlay, events.book, events.notes)
	if err != nil {
		return err
	}
	actions, err := readParts(dir, "actions")
	if err != nil {
		return err
	}
	mergedActions, err := table.MergeActions(sources, actions.overlay, actions.book, actions.notes)
	if err != nil {
		return err
	}
	return errors.Join(
		writeTable(dir, "events.txt", sources, func(w io.Writer) error { return table.WriteEvents(w, merged) }),
		writeTable(dir, "actions.txt", sources, func(w io.Writer) error { return table.WriteActions(w, mergedActions) }),
		writeTable(dir, "agi.txt", sources, func(w io.Writer) error { return table.WriteCommands(w, sources) }))
}

// parts is what a person adds to the documentation of one sort of names.
type parts struct {
	overlay []table.Change
	book    table.Book
	notes   map[string]string
}

func readParts(dir, name string) (p parts, err error) {
	read := func(suffix string, parse func(io.Reader) error) {
		if err != nil {
			return
		}
		var f *os.File
		if f, err = os.Open(filepath.Join(dir, name+suffix)); err != nil {
			return
		}
		defer f.Close()
		if err = parse(f); err != nil {
			err = fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	read(".overlay", func(r io.Reader) (err error) { p.overlay, err = table.ReadOverlay(r); return err })
	read(".book", func(r io.Reader) (err error) { p.book, err = table.ReadBook(r); return err })
	read(".notes", func(r io.Reader) (err error) { p.notes, err = table.ReadNotes(r); return err })
	return p, err
}

func writeTable(dir, name string, sources []table.Source, write func(io.Writer) error) error {
	var versions string
	for i, s := range sources {
		if i > 0 {
			versions += " and "
		}
		versions += s.Version
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, spoken, versions)
	if err := write(&b); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644)
}
