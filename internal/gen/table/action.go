package table

import (
	"fmt"
	"io"
	"strings"
)

// Action is one action in the union of the versions.
type Action struct {
	Name       string
	Classes    []string // any one of them is enough; none: every user
	Items      []string // events of the list that answers it
	End        string   // event that ends it
	Flags      []string // of the specs of package action: unannounced, anonymous, glued, silent, provisional, slow, session
	Docs       []string // versions of the lab that document it
	Since      string   // first versions, when later than the lab's first
	Until      string   // last version, when earlier than the lab's last
	Hand       bool     // its Go is written by hand
	Parameters []Field
	Note       string // what it asks for, in our words
}

// Parameter returns the header with that name, or nil.
func (a *Action) Parameter(key string) *Field {
	for i := range a.Parameters {
		if a.Parameters[i].Key == key {
			return &a.Parameters[i]
		}
	}
	return nil
}

// WriteActions writes the table.
func WriteActions(w io.Writer, actions []Action) error {
	var b strings.Builder
	for i := range actions {
		a := &actions[i]
		b.WriteString("action " + a.Name)
		attribute(&b, "class", strings.Join(a.Classes, ","))
		attribute(&b, "items", strings.Join(a.Items, ","))
		attribute(&b, "end", a.End)
		attribute(&b, "flags", strings.Join(a.Flags, ","))
		flagged(&b, "hand", a.Hand)
		attribute(&b, "docs", strings.Join(a.Docs, ","))
		attribute(&b, "since", a.Since)
		attribute(&b, "until", a.Until)
		if a.Note != "" {
			b.WriteString(" | " + a.Note)
		}
		b.WriteString("\n")
		for _, f := range a.Parameters {
			b.WriteString("\t" + f.String() + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ReadActions reads the table.
func ReadActions(r io.Reader) ([]Action, error) {
	var actions []Action
	err := eachLine(r, func(line string) error {
		if head, ok := strings.CutPrefix(line, "action "); ok {
			a, err := parseAction(head)
			actions = append(actions, a)
			return err
		}
		if len(actions) == 0 {
			return fmt.Errorf("%q stands before the first action", line)
		}
		a := &actions[len(actions)-1]
		f, err := parseField(line)
		a.Parameters = append(a.Parameters, f)
		return err
	})
	return actions, err
}

func parseAction(head string) (Action, error) {
	before, note, _ := strings.Cut(head, " | ")
	words := strings.Fields(before)
	a := Action{Name: words[0], Note: note}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "class":
			a.Classes = strings.Split(value, ",")
		case "items":
			a.Items = strings.Split(value, ",")
		case "end":
			a.End = value
		case "flags":
			a.Flags = strings.Split(value, ",")
		case "hand":
			a.Hand = true
		case "docs":
			a.Docs = strings.Split(value, ",")
		case "since":
			a.Since = value
		case "until":
			a.Until = value
		default:
			return a, fmt.Errorf("action %s: attribute %q is unknown", a.Name, word)
		}
	}
	return a, nil
}
