package xmldoc

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Document has the names of one version of Asterisk, in the order of its file.
type Document struct {
	Actions  []Action
	Events   []Event
	Commands []Command
}

// Action is an element manager; those that several modules document alike are
// one, with the union of their parameters.
type Action struct {
	Name       string
	Since      []string
	Parameters []Parameter
}

// Event is an element managerEvent with the union of its instances.
type Event struct {
	Name       string
	Since      []string
	Classes    []string // as "call", without EVENT_FLAG_
	Parameters []Parameter
}

// Command is an element agi.
type Command struct {
	Name       string
	Since      []string
	Parameters []Parameter
}

// Parameter is one header or argument. Snapshot is "channel" or "bridge" for
// a block of them, whose keys begin with Name.
type Parameter struct {
	Name     string
	Required bool
	Snapshot string
	Values   []string // of its enumlist
}

// Path returns where the documentation is in the root of an installed Asterisk.
func Path(root string) string {
	return filepath.Join(root, "usr/share/asterisk/documentation/core-en_US.xml")
}

// Read reads one file.
func Read(path string) (*Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	root, err := parse(f)
	if err != nil {
		return nil, fmt.Errorf("xmldoc: %s: %w", path, err)
	}
	r := reader{root: root, document: &Document{}}
	r.read()
	if r.err != nil {
		return nil, fmt.Errorf("xmldoc: %s: %w", path, r.err)
	}
	return r.document, nil
}

type reader struct {
	root     *node
	document *Document
	err      error // the first one
}

func (r *reader) read() {
	events := make(map[string]int)
	r.root.all("managerEvent", func(n *node) {
		name := n.attr["name"]
		at, ok := events[name]
		if !ok {
			at = len(r.document.Events)
			events[name] = at
			r.document.Events = append(r.document.Events, Event{Name: name})
		}
		r.event(n, &r.document.Events[at])
	})
	actions := make(map[string]int)
	for _, docs := range docs(r.root) {
		docs.each("manager", func(n *node) {
			name := n.attr["name"]
			at, ok := actions[name]
			if !ok {
				at = len(r.document.Actions)
				actions[name] = at
				r.document.Actions = append(r.document.Actions, Action{Name: name, Since: since(n)})
			}
			a := &r.document.Actions[at]
			a.Parameters = union(a.Parameters, r.parameters(n))
		})
		docs.each("agi", func(n *node) {
			r.document.Commands = append(r.document.Commands,
				Command{Name: n.attr["name"], Since: since(n), Parameters: r.parameters(n)})
		})
	}
}

func (r *reader) event(n *node, e *Event) {
	n.each("managerEventInstance", func(instance *node) {
		class := strings.ToLower(strings.TrimPrefix(instance.attr["class"], "EVENT_FLAG_"))
		if !contains(e.Classes, class) {
			e.Classes = append(e.Classes, class)
		}
		if e.Since == nil {
			e.Since = since(instance)
		}
		e.Parameters = union(e.Parameters, r.parameters(instance))
	})
}

// parameters returns what the element syntax of n lists, includes resolved.
func (r *reader) parameters(n *node) []Parameter {
	var all []Parameter
	n.each("syntax", func(syntax *node) {
		for _, child := range syntax.children {
			switch child.name {
			case "parameter":
				all = union(all, []Parameter{parameter(child)})
			case "channel_snapshot", "bridge_snapshot":
				kind := strings.TrimSuffix(child.name, "_snapshot")
				all = union(all, []Parameter{{Name: child.attr["prefix"], Snapshot: kind}})
			case "include":
				included, err := r.root.include(child.attr["xpointer"])
				if err != nil && r.err == nil {
					r.err = fmt.Errorf("%s %s: %w", n.name, n.attr["name"], err)
				}
				for _, p := range included {
					all = union(all, []Parameter{parameter(p)})
				}
			default:
				if r.err == nil {
					r.err = fmt.Errorf("%s: element %s in syntax", n.attr["name"], child.name)
				}
			}
		}
	})
	return all
}

func parameter(n *node) Parameter {
	p := Parameter{Name: n.attr["name"], Required: n.attr["required"] == "true"}
	n.all("enum", func(e *node) { p.Values = append(p.Values, e.attr["name"]) })
	return p
}

func since(n *node) []string {
	var versions []string
	n.each("since", func(s *node) {
		s.each("version", func(v *node) { versions = append(versions, v.text) })
	})
	return versions
}

func union(all, more []Parameter) []Parameter {
	for _, p := range more {
		known := false
		for i := range all {
			if all[i].Name == p.Name && all[i].Snapshot == p.Snapshot {
				known = true
				all[i].Values = append(all[i].Values, p.Values...)
			}
		}
		if !known {
			all = append(all, p)
		}
	}
	return all
}

func contains(list []string, value string) bool {
	for _, known := range list {
		if known == value {
			return true
		}
	}
	return false
}
