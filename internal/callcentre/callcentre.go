// Package callcentre is a small call centre: agents, customers, two queues, and the dialplan that connects them. It is one for real
// servers, by internal/sipua/centre, and for simulated ones, on which [Play] has people do what people do.
package callcentre

import (
	_ "embed"
	"strings"
	"text/template"
)

//go:embed extensions.conf
var extensions string

// Settings is what the dialplan depends on.
type Settings struct {
	Menu string // URL of the FastAGI script of package menu; empty leads all customers to support
	Ring int    // seconds that an agent's phone rings at most
}

// Dialplan is what extensions.conf has: the contexts trunk, for calls from outside, and office, for phones.
func Dialplan(settings Settings) (string, error) {
	plan, err := template.New("extensions.conf").Parse(extensions)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = plan.Execute(&text, struct {
		Settings
		Agents    []Agent
		Customers []Customer
		Main      string
	}{settings, Agents(), Customers(), MainNumber})
	return text.String(), err
}
