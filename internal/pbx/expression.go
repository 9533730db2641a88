package pbx

import (
	"errors"
	"strconv"
	"strings"
)

// errExpression is why an expression is refused that package pbx does not know.
var errExpression = errors.New("is an expression of other operators than = != < > <= >= & |")

// substitute replaces expressions, as $["${A}" = "1"], and variables.
func (c *channel) substitute(text string) string {
	text = c.replaceExpressions(text)
	return text[:min(len(text), maxData)]
}

// maxData is how long what an application is given can be; Asterisk cuts off the rest.
const maxData = 8191

func (c *channel) replaceExpressions(text string) string {
	if !strings.Contains(text, "$[") {
		return c.expand(text)
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$[")
		b.WriteString(c.expand(before))
		if !found {
			return b.String()
		}
		inner, after, closed := strings.Cut(rest, "]")
		if !closed {
			b.WriteString("$[" + c.expand(rest))
			return b.String()
		}
		value, err := evaluate(c.expand(inner))
		if err != nil {
			value = "0" // as Asterisk has it for what it can't read
		}
		b.WriteString(value)
		text = after
	}
}

// checkExpressions says why a text of the dialplan has an expression that can't be known, or nil.
func checkExpressions(text string) error {
	for {
		before, rest, found := strings.Cut(text, "$[")
		if !found {
			return nil
		}
		inner, after, closed := strings.Cut(rest, "]")
		if !closed || strings.Count(before, "{") != strings.Count(before, "}") {
			return errExpression
		}
		if _, err := evaluate(withoutVariables(inner)); err != nil {
			return err
		}
		text = after
	}
}

// withoutVariables has each variable replaced by 1.
func withoutVariables(text string) string {
	for {
		before, rest, found := strings.Cut(text, "${")
		end := closing(rest)
		if !found || end < 0 {
			return text
		}
		text = before + "1" + rest[end+1:]
	}
}

// evaluate returns the value of an expression whose variables are replaced.
func evaluate(text string) (string, error) {
	e := &expression{words: wordsOf(text)}
	value, err := e.binary(0)
	if err == nil && len(e.words) > 0 {
		err = errExpression
	}
	return value, err
}

// expression is words of which the first is to be read next.
type expression struct{ words []string }

// operators are by how strongly they bind, the weakest first.
var operators = []string{" | ", " & ", " = != < > <= >= "}

func (e *expression) binary(level int) (string, error) {
	if level == len(operators) {
		return e.operand()
	}
	left, err := e.binary(level + 1)
	for err == nil && len(e.words) > 0 && strings.Contains(operators[level], " "+e.words[0]+" ") {
		operator := e.words[0]
		e.words = e.words[1:]
		var right string
		right, err = e.binary(level + 1)
		left = operate(operator, left, right)
	}
	return left, err
}

// operand reads a word, or a text between quotes. What has other signs in it is no value that Asterisk would read so.
func (e *expression) operand() (string, error) {
	if len(e.words) == 0 {
		return "", errExpression
	}
	word := e.words[0]
	e.words = e.words[1:]
	if strings.Count(word, `"`) == 2 && word[0] == '"' && word[len(word)-1] == '"' {
		return word[1 : len(word)-1], nil
	}
	if strings.ContainsAny(word, "\"=!<>&|+*/%()?:~") && word[0] != '+' || len(word) == 1 && strings.Contains("+-", word) {
		return "", errExpression
	}
	return word, nil
}

// wordsOf takes an expression apart at spaces that are not between quotes.
func wordsOf(text string) (words []string) {
	quoted, begun := false, -1
	for i := range len(text) {
		switch {
		case text[i] == ' ' && !quoted:
			if begun >= 0 {
				words = append(words, text[begun:i])
			}
			begun = -1
			continue
		case text[i] == '"':
			quoted = !quoted
		}
		if begun < 0 {
			begun = i
		}
	}
	if begun >= 0 {
		words = append(words, text[begun:])
	}
	return words
}

func operate(operator, left, right string) string {
	switch operator {
	case "|":
		if isTrue(left) {
			return left
		}
		return right
	case "&":
		if isTrue(left) && isTrue(right) {
			return left
		}
		return "0"
	}
	order := strings.Compare(left, right)
	if a, err := strconv.ParseFloat(left, 64); err == nil {
		if b, err := strconv.ParseFloat(right, 64); err == nil {
			order = int(min(1, max(-1, (a-b)*1e9)))
		}
	}
	holds := map[string]bool{"=": order == 0, "!=": order != 0, "<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[operator]
	if holds {
		return "1"
	}
	return "0"
}

// isTrue reports whether a condition holds: it is neither empty nor zero.
func isTrue(text string) bool {
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return number != 0
	}
	return text != ""
}
