package main

import (
	"bufio"
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// What is said to be callable is in the lab's dialplan, and all that is there to be called is said.
func TestCallablesAreThoseOfTheDialplan(t *testing.T) {
	written := dialplan(t)
	var said bytes.Buffer
	showCalls(&said)
	for _, c := range callables {
		if !found(written[c.context], c.extension) {
			t.Errorf("%s@%s is not in the dialplan", c.extension, c.context)
		}
		if !strings.Contains(said.String(), "Local/"+c.extension+"@"+c.context+" ") {
			t.Errorf("%s@%s is not printed", c.extension, c.context)
		}
	}
	for _, context := range []string{"outcome", "echo", "storm", "app", "agi", "default"} {
		for _, pattern := range written[context] {
			if !called(context, pattern) {
				t.Errorf("%s of [%s] is not said to be callable", pattern, context)
			}
		}
	}
}

func found(patterns []string, extension string) bool {
	for _, pattern := range patterns {
		if matches(pattern, extension) {
			return true
		}
	}
	return false
}

func called(context, pattern string) bool {
	for _, c := range callables {
		if c.context == context && matches(pattern, c.extension) {
			return true
		}
	}
	return false
}

// matches reports whether an extension of the dialplan, perhaps a pattern, is that one.
func matches(pattern, extension string) bool {
	text, isPattern := strings.CutPrefix(pattern, "_")
	if !isPattern {
		return text == extension
	}
	expression := strings.NewReplacer("X!", "[0-9].*", "XXX", "[0-9]{3}", "XX", "[0-9]{2}", ".", ".+").Replace(text)
	return regexp.MustCompile("^" + expression + "$").MatchString(extension)
}

// dialplan returns the extensions of each context.
func dialplan(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../etc/extensions.conf")
	if err != nil {
		t.Fatal(err)
	}
	written := make(map[string][]string)
	context := ""
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "[") {
			context = strings.Trim(line, "[]")
		}
		if definition, ok := strings.CutPrefix(line, "exten => "); ok {
			extension, rest, _ := strings.Cut(definition, ",")
			if strings.HasPrefix(rest, "1,") {
				written[context] = append(written[context], extension)
			}
		}
	}
	return written
}
