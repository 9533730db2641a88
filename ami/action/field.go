package action

import (
	"strconv"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Field is a header of one's own, for actions that take any.
type Field struct{ Key, Value string }

// required returns an error for the first name whose value is empty.
func required(action string, nameValues ...string) error {
	for i := 0; i < len(nameValues); i += 2 {
		if nameValues[i+1] == "" {
			return &FieldError{action, nameValues[i], "is required"}
		}
	}
	return nil
}

// optional adds the fields whose value is not empty.
func optional(b *transport.Builder, keyValues ...string) {
	for i := 0; i < len(keyValues); i += 2 {
		if keyValues[i+1] != "" {
			b.Add(keyValues[i], keyValues[i+1])
		}
	}
}

// addVariables writes one Variable header for each: commas, quotes and brackets
// are escaped for the splitter that Asterisk applies to the header (main/manager.c,
// man_do_variable_value). The action Setvar has no such splitter. Behind it the
// first equals sign ends the name, and no escape changes that.
func addVariables(b *transport.Builder, action string, variables []asterisk.Variable) error {
	for _, v := range variables {
		switch {
		case v.Name == "":
			return &FieldError{action, "Variables", "has a variable without a name"}
		case strings.Contains(v.Name, "="):
			return &FieldError{action, "variable " + strconv.Quote(v.Name), "has an equals sign in its name, where Asterisk would end it"}
		}
		b.Add("Variable", variableEscaper.Replace(v.Name)+"="+variableEscaper.Replace(v.Value))
	}
	return nil
}

// variableNames joins names with commas, and escapes those that would be taken
// apart again.
func variableNames(names []string) string {
	escaped := make([]string, len(names))
	for i, name := range names {
		escaped[i] = variableEscaper.Replace(name)
	}
	return strings.Join(escaped, ",")
}

var variableEscaper = strings.NewReplacer(
	`\`, `\\`, `"`, `\"`, `,`, `\,`, `(`, `\(`, `)`, `\)`, `[`, `\[`, `]`, `\]`,
)

func integer(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func milliseconds(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatInt(d.Milliseconds(), 10)
}

func flag(on bool) string { return choose(on, "true", "") }

func choose(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// whole refuses a duration that Asterisk would read as none, or as negative.
func whole(action, field string, d, unit time.Duration) error {
	if d < 0 || d > 0 && d < unit {
		return &FieldError{action, field, "is below " + unit.String()}
	}
	return nil
}

func reserved(key string) bool {
	return strings.EqualFold(key, "Action") || strings.EqualFold(key, "ActionID")
}
