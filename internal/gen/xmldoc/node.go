// Package xmldoc reads the names out of Asterisk's own documentation,
// core-en_US.xml: actions, events, AGI commands and their parameters. It never
// hands out a sentence of it, which is under the GPL.
package xmldoc

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// node is an element with its attributes and its child elements; text is dropped
// but for that of version elements.
type node struct {
	name     string
	attr     map[string]string
	children []*node
	text     string
}

func parse(r io.Reader) (*node, error) {
	decoder := xml.NewDecoder(r)
	decoder.Strict = false
	root := &node{}
	stack := []*node{root}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			child := &node{name: token.Name.Local, attr: make(map[string]string)}
			for _, a := range token.Attr {
				child.attr[a.Name.Local] = a.Value
			}
			top.children = append(top.children, child)
			stack = append(stack, child)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if top.name == "version" {
				top.text += strings.TrimSpace(string(token))
			}
		}
	}
}

// each calls visit with the children called name.
func (n *node) each(name string, visit func(*node)) {
	for _, child := range n.children {
		if child.name == name {
			visit(child)
		}
	}
}

// all calls visit with the elements called name at any depth.
func (n *node) all(name string, visit func(*node)) {
	for _, child := range n.children {
		if child.name == name {
			visit(child)
		}
		child.all(name, visit)
	}
}
