package show

import (
	"fmt"
	"io"
	"reflect"
)

// Struct prints a struct as fmt does, with the flags and the verb of s, but without asking the Format method of its own
// type, which can call Struct. It prints exported fields alone.
func Struct(s fmt.State, verb rune, value any) {
	v, format := reflect.ValueOf(value), fmt.FormatString(s, verb)
	goSyntax, named := verb == 'v' && s.Flag('#'), verb == 'v' && (s.Flag('#') || s.Flag('+'))
	separator := " "
	if goSyntax {
		separator = ", "
		_, _ = io.WriteString(s, v.Type().String())
	}
	_, _ = io.WriteString(s, "{")
	for i := range v.NumField() {
		if i > 0 {
			_, _ = io.WriteString(s, separator)
		}
		field := v.Type().Field(i)
		if named {
			_, _ = io.WriteString(s, field.Name+":")
		}
		if field.IsExported() {
			_, _ = fmt.Fprintf(s, format, v.Field(i).Interface())
		}
	}
	_, _ = io.WriteString(s, "}")
}
