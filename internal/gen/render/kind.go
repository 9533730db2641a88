package render

import (
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/table"
)

// decoded is the expression that makes the field's value of the text in a slot.
func decoded(f table.Field, value string) string {
	if f.Kind.Name == "assigned" {
		return "assignedOf(" + value + ")"
	}
	if f.List {
		return "linesOf(" + value + ")"
	}
	text := value
	if f.Null != nil && (f.Kind.Name == "text" || f.Kind.Name == "escaped") {
		text = fmt.Sprintf("known(%s, %s)", value, quoted(f.Null))
	}
	switch f.Kind.Name {
	case "text":
		return text
	case "escaped":
		return "unescape(" + text + ")"
	case "int", "presentation":
		return "number(" + value + ")"
	case "int64", "uint64":
		return f.Kind.Name + "Of(" + value + ")"
	case "float":
		return "decimal(" + value + ")"
	case "bool":
		return "flag(" + value + ")"
	case "seconds":
		return "seconds(" + value + ")"
	case "decimal":
		return "inSeconds(decimal(" + value + "))"
	case "milliseconds":
		return "durationOf(" + value + ", time.Millisecond)"
	case "microseconds":
		return "durationOf(" + value + ", time.Microsecond)"
	case "clock":
		return "clock(" + value + ")"
	case "unix", "timeval":
		return "unixTime(" + value + ")"
	case "datetime":
		return "dateTime(" + value + ")"
	case "iso":
		return "isoTime(" + value + ")"
	case "dialstatus":
		return f.Kind.GoType() + "(" + value + ")"
	case "cause", "state", "reason", "extension":
		return f.Kind.GoType() + "(number(" + value + "))"
	case "device":
		return "asterisk.ParseDeviceState(" + value + ")"
	case "devicenumber":
		return "deviceNumber(" + value + ")"
	case "devicetext":
		return "deviceText(" + value + ")"
	}
	panic("no decoding of kind " + f.Kind.String()) // a bug in this program
}

// encoded is the expression that makes the text of the wire of the field's value.
func encoded(f table.Field, value string) string {
	arg := strings.Join(f.Kind.Args, "")
	var text string
	switch f.Kind.Name {
	case "text":
		text = value
	case "dialstatus":
		text = "string(" + value + ")"
	case "escaped", "assigned":
		text = map[string]string{"escaped": "escape", "assigned": "assignedText"}[f.Kind.Name] + "(" + value + ")"
	case "int", "cause", "state", "reason", "extension", "devicenumber":
		text = "itoa(int(" + value + "))"
	case "int64":
		text = "strconv.FormatInt(" + value + ", 10)"
	case "uint64":
		text = "strconv.FormatUint(" + value + ", 10)"
	case "float":
		text = fmt.Sprintf("strconv.FormatFloat(%s, 'f', %s, 64)", value, arg)
	case "bool":
		text = fmt.Sprintf("choose(%s, %q, %q)", value, f.Kind.Args[0], f.Kind.Args[1])
	case "seconds":
		text = "strconv.FormatInt(int64(" + value + " / time.Second), 10)"
	case "decimal":
		text = fmt.Sprintf("strconv.FormatFloat(%s.Seconds(), 'f', %s, 64)", value, arg)
	case "milliseconds":
		text = "strconv.FormatInt(" + value + ".Milliseconds(), 10)"
	case "microseconds":
		text = "strconv.FormatInt(" + value + ".Microseconds(), 10)"
	case "clock":
		text = "clockText(" + value + ")"
	case "unix", "timeval", "datetime", "iso":
		text = f.Kind.Name + "Text(" + value + ")"
	case "device", "devicetext":
		text = f.Kind.Name + "Name(" + value + ")"
	default:
		panic("no encoding of kind " + f.Kind.String()) // a bug in this program
	}
	if f.Null != nil {
		return fmt.Sprintf("orNull(%s, %s, %q)", value, text, strings.ReplaceAll(f.Null[0], "_", " "))
	}
	return text
}

func quoted(nulls []string) string {
	var all []string
	for _, null := range nulls {
		all = append(all, fmt.Sprintf("%q", strings.ReplaceAll(null, "_", " ")))
	}
	return strings.Join(all, ", ")
}

// encoder renders the method encode, which only the tests have.
func encoder(w *writer, e *table.Event) {
	w.line("func (e %s) encode(b *transport.Builder) {", table.GoName(e.Name))
	places, _ := e.InOrder()
	for _, place := range places {
		if s := place.Snapshot; s != nil {
			w.line("e.%s.encode(b, %q)", snapshotField(*s), s.Prefix)
			continue
		}
		f := *e.Field(place.Key)
		value := "e." + f.GoName()
		switch {
		case f.Kind.Name == "entries":
			w.line("encodeEntries(b, %s)", value)
		case f.Kind.Name == "reports":
			w.line("encodeReports(b, %s)", value)
		case f.Kind.Name == "variables":
			w.line("encodeVariables(b, %s)", value)
		case f.Kind.Name == "presentation":
			w.line("b.Add(%q, presentationText(%s, %sText))", f.Key, value, value)
		case f.List:
			w.line("for _, value := range %s {", value)
			w.line("b.Add(%q, %s)", f.Key, encoded(f, "value"))
			w.line("}")
		default:
			w.line("b.Add(%q, %s)", f.Key, encoded(f, value))
		}
	}
	if e.Finish {
		w.line("e.unfinish(b)")
	}
	w.line("}\n")
}
