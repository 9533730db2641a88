package table

import (
	"fmt"
	"strings"
)

// Field is a key of an event, or a header of an action.
type Field struct {
	Key      string
	Kind     Kind
	Required bool
	List     bool     // the key repeats
	Go       string   // the name in Go, when it does not follow from Key
	Null     []string // what stands for nothing on the wire; the first is written
	Aliases  []string // other spellings
	Since    string   // first versions, when later than the first of the lab
	Note     string   // what it means, in our words
}

// Snapshot is a block of keys with one prefix: of a channel or a bridge.
type Snapshot struct {
	Of     string // "channel" or "bridge"
	Prefix string
}

// GoName is the name of the field in Go.
func (f Field) GoName() string {
	if f.Go != "" {
		return f.Go
	}
	return GoName(f.Key)
}

// String is the field as a line of a table.
func (f Field) String() string {
	var line strings.Builder
	line.WriteString(f.Key)
	if line.WriteString(" " + f.Kind.String()); f.List {
		line.WriteString("[]")
	}
	if f.Required {
		line.WriteString(" required")
	}
	for _, option := range []struct{ name, value string }{
		{"go", f.Go}, {"null", strings.Join(f.Null, ",")}, {"alias", strings.Join(f.Aliases, ",")}, {"since", f.Since},
	} {
		if option.value != "" {
			line.WriteString(" " + option.name + "=" + strings.ReplaceAll(option.value, " ", "_"))
		}
	}
	if f.Note != "" {
		line.WriteString(" | " + f.Note)
	}
	return line.String()
}

// parseField reads what String writes. Blanks of a null literal are
// underscores; an empty one is written ”.
func parseField(line string) (Field, error) {
	before, note, _ := strings.Cut(line, " | ")
	words := strings.Fields(before)
	if len(words) < 2 {
		return Field{}, fmt.Errorf("field %q has no kind", line)
	}
	f := Field{Key: words[0], Note: strings.TrimSpace(note)}
	if err := f.options(words[1:]); err != nil {
		return Field{}, fmt.Errorf("field %q: %w", line, err)
	}
	return f, nil
}

func (f *Field) options(words []string) error {
	kind, list := strings.CutSuffix(words[0], "[]")
	var err error
	if f.Kind, err = ParseKind(kind); err != nil {
		return err
	}
	f.List = list
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "required":
			f.Required = true
		case "go":
			f.Go = value
		case "null":
			f.Null = strings.Split(value, ",")
		case "alias":
			f.Aliases = strings.Split(value, ",")
		case "since":
			f.Since = value
		default:
			return fmt.Errorf("option %q is unknown", word)
		}
	}
	return nil
}
