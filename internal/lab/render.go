package lab

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// etc holds a server's configuration as templates of a settings value.
//
//go:embed etc/*.conf etc/boot.sh
var etc embed.FS

// settings is what the templates see. Dir is the server's folder as the server sees it.
type settings struct {
	Dir, Modules string
	Address      address
	Users        []User
	Config       Config
	Held         bool
	Phones       []string
	Strangers    []string
	Trunks       []Trunk
}

// render writes the configuration: the templates, then what the config replaces, then what it appends.
func (s *Server) render() error {
	modules, err := modulesDir(s.root)
	if err != nil {
		return err
	}
	set := settings{
		Dir:     s.inside(),
		Modules: modules,
		Address: s.address,
		Users:   s.users,
		Config:  s.config,
		Held:    s.config.holds(),
		Phones:  append([]string{"100", "101", "102"}, s.config.Phones...),

		Strangers: []string{"200", "201", "202", "203"},
		Trunks:    Trunks(),
	}
	files, err := set.files()
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(s.Dir(), "etc", name)
		if name == "boot.sh" {
			path = filepath.Join(s.Dir(), name)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// files returns every file's text by its name.
func (set settings) files() (map[string]string, error) {
	all, err := template.ParseFS(etc, "etc/*")
	if err != nil {
		return nil, err
	}
	files := make(map[string]string)
	for _, t := range all.Templates() {
		var text strings.Builder
		if err := t.Execute(&text, set); err != nil {
			return nil, fmt.Errorf("render: %w", err)
		}
		files[t.Name()] = text.String()
	}
	for name, text := range set.Config.Files {
		files[name] = text
	}
	for name, text := range set.Config.Append {
		files[name] += "\n" + text + "\n"
	}
	return files, nil
}
