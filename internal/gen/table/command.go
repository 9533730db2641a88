package table

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteCommands writes the table of AGI commands: name, versions of the lab
// that document it, parameters.
func WriteCommands(w io.Writer, sources []Source) error {
	docs := make(map[string][]string)
	parameters := make(map[string][]string)
	for _, source := range sources {
		for _, c := range source.Document.Commands {
			docs[c.Name] = append(docs[c.Name], source.Version)
			for _, p := range c.Parameters {
				if !slices.Contains(parameters[c.Name], p.Name) {
					parameters[c.Name] = append(parameters[c.Name], p.Name)
				}
			}
		}
	}
	var names []string
	for name := range docs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		line := "command " + strings.ToUpper(name) + " | docs=" + strings.Join(docs[name], ",")
		for _, p := range parameters[name] {
			line += " " + strings.ReplaceAll(p, " ", "_")
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}
