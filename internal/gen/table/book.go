package table

import (
	"fmt"
	"io"
	"strings"
)

// Book says what keys mean: "Key kind | note" for every event or action that
// has the key, "Name.Key kind | note" for one.
type Book map[string]Field

// ReadBook reads a book.
func ReadBook(r io.Reader) (Book, error) {
	book := make(Book)
	err := eachLine(r, func(line string) error {
		keys, rest, _ := strings.Cut(line, " ")
		for key := range strings.SplitSeq(keys, ",") {
			if _, twice := book[key]; twice {
				return fmt.Errorf("%s stands twice", key)
			}
			f, err := parseField(key + " " + rest)
			if err != nil {
				return err
			}
			book[key] = f
		}
		return nil
	})
	return book, err
}

// lookup returns the field of a key of owner.
func (b Book) lookup(owner, key string) (Field, error) {
	f, ok := b[owner+"."+key]
	if !ok {
		if f, ok = b[key]; !ok {
			return Field{}, fmt.Errorf("%s.%s has no kind", owner, key)
		}
	}
	f.Key = key
	return f, nil
}

// ReadNotes reads lines "Name | note".
func ReadNotes(r io.Reader) (map[string]string, error) {
	notes := make(map[string]string)
	err := eachLine(r, func(line string) error {
		name, note, ok := strings.Cut(line, " | ")
		if !ok || notes[name] != "" {
			return fmt.Errorf("%q is no note, or the second of its name", line)
		}
		notes[name] = strings.TrimSpace(note)
		return nil
	})
	return notes, err
}
