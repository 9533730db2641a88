// Package schema checks messages against the JSON Schema that internal/gen writes, for tests. It knows the part of JSON Schema
// 2020-12 that is written there, and fails on any other. It is stricter in one thing: an object has no fields but those that are named.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Schema is a schema with its definitions.
type Schema struct {
	defs map[string]*rule
}

// rule is what one schema says.
type rule struct {
	Schema      string `json:"$schema"`
	ID          string `json:"$id"`
	Comment     string `json:"$comment"`
	Title       string `json:"title"`
	Description string `json:"description"`

	Ref        string           `json:"$ref"`
	Type       string           `json:"type"`
	Const      any              `json:"const"`
	Enum       []any            `json:"enum"`
	Pattern    string           `json:"pattern"`
	Format     string           `json:"format"`
	Minimum    *int64           `json:"minimum"`
	Items      *rule            `json:"items"`
	Properties map[string]*rule `json:"properties"`
	Required   []string         `json:"required"`
	OneOf      []*rule          `json:"oneOf"`
	Defs       map[string]*rule `json:"$defs"`

	pattern *regexp.Regexp
}

// Parse reads a schema.
func Parse(text []byte) (*Schema, error) {
	var top rule
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&top); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	s := &Schema{defs: top.Defs}
	for _, name := range slices.Sorted(maps.Keys(top.Defs)) {
		if err := s.prepare(top.Defs[name]); err != nil {
			return nil, fmt.Errorf("schema: %s: %w", name, err)
		}
	}
	return s, nil
}

// prepare checks that a rule can be applied.
func (s *Schema) prepare(r *rule) (err error) {
	if r.pattern, err = regexp.Compile(r.Pattern); err != nil {
		return err
	}
	if r.Ref != "" && s.find(r.Ref) == nil {
		return fmt.Errorf("there is no %s", r.Ref)
	}
	if !slices.Contains([]string{"", "object", "array", "string", "integer", "boolean"}, r.Type) || r.Format != "" && r.Format != "date-time" {
		return fmt.Errorf("type %q or format %q is not known", r.Type, r.Format)
	}
	within := slices.Concat(slices.Collect(maps.Values(r.Properties)), r.OneOf)
	if r.Items != nil {
		within = append(within, r.Items)
	}
	for _, other := range within {
		if err := s.prepare(other); err != nil {
			return err
		}
	}
	return nil
}

func (s *Schema) find(ref string) *rule {
	name, _ := strings.CutPrefix(ref, "#/$defs/")
	return s.defs[name]
}

// Validate says what is wrong with the JSON of a message, by a definition: FromGateway, FromBrowser, or the name of a type.
func (s *Schema) Validate(definition string, message []byte) error {
	r := s.defs[definition]
	if r == nil {
		return fmt.Errorf("schema: there is no %s", definition)
	}
	d := json.NewDecoder(bytes.NewReader(message))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	if d.More() {
		return fmt.Errorf("schema: more than one value")
	}
	return s.validate(r, value, definition)
}

func (s *Schema) validate(r *rule, value any, at string) error {
	if r.Ref != "" {
		return s.validate(s.find(r.Ref), value, at)
	}
	if r.Const != nil && value != r.Const {
		return fmt.Errorf("%s is %v, want %v", at, value, r.Const)
	}
	if len(r.Enum) > 0 && !slices.Contains(r.Enum, value) {
		return fmt.Errorf("%s is %v, want one of %v", at, value, r.Enum)
	}
	if err := s.validateType(r, value, at); err != nil {
		return err
	}
	if len(r.OneOf) == 0 {
		return nil
	}
	return s.validateOne(r, value, at)
}

// validateOne wants exactly one rule to match. If none does it says what is wrong by the one whose type or kind is right.
func (s *Schema) validateOne(r *rule, value any, at string) error {
	valid := 0
	var why error
	for _, other := range r.OneOf {
		named, wrong := s.names(other, value)
		if wrong {
			continue // it is known without looking at the rest
		}
		err := s.validate(other, value, at)
		if err == nil {
			valid++
		} else if named {
			why = err
		}
	}
	switch {
	case valid == 1:
		return nil
	case valid > 1:
		return fmt.Errorf("%s is valid by %d rules, want one", at, valid)
	case why != nil:
		return why
	}
	return fmt.Errorf("%s is of no type or kind that there is: %v", at, value)
}

// names reports whether a rule is the one of the value's type or kind, and whether it is that of another one.
func (s *Schema) names(r *rule, value any) (named, wrong bool) {
	if r.Ref != "" {
		r = s.find(r.Ref)
	}
	fields, ok := value.(map[string]any)
	for _, name := range []string{"type", "kind"} {
		of := r.Properties[name]
		if is, there := fields[name]; ok && there && of != nil && of.Const != nil {
			named, wrong = named || is == of.Const, wrong || is != of.Const
		}
	}
	return named, wrong
}

func (s *Schema) validateType(r *rule, value any, at string) error {
	switch r.Type {
	case "object":
		fields, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", at)
		}
		return s.validateFields(r, fields, at)
	case "array":
		list, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is no array", at)
		}
		for i, one := range list {
			if err := s.validate(r.Items, one, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case "string":
		return r.validateText(value, at)
	case "integer":
		number, ok := value.(json.Number)
		if n, err := number.Int64(); !ok || err != nil || r.Minimum != nil && n < *r.Minimum {
			return fmt.Errorf("%s is %v, want an integer", at, value)
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			return fmt.Errorf("%s is %v, want a boolean", at, value)
		}
	case "":
		if fields, ok := value.(map[string]any); ok && r.Properties != nil {
			for name, of := range r.Properties {
				if err := s.validate(of, fields[name], at+"."+name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Schema) validateFields(r *rule, fields map[string]any, at string) error {
	for _, name := range r.Required {
		if _, ok := fields[name]; !ok {
			return fmt.Errorf("%s lacks %s", at, name)
		}
	}
	for name, value := range fields {
		of := r.Properties[name]
		if of == nil {
			return fmt.Errorf("%s has a field %s that the schema does not name", at, name)
		}
		if err := s.validate(of, value, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func (r *rule) validateText(value any, at string) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("%s is %v, want a string", at, value)
	}
	if !r.pattern.MatchString(text) {
		return fmt.Errorf("%s is %q, want %s", at, text, r.Pattern)
	}
	if r.Format == "date-time" {
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	return nil
}
