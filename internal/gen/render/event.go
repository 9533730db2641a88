package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/table"
)

// Events renders the files of package event, by name.
func Events(events []table.Event) (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, part := range parts(events, func(e table.Event) string { return e.Name }) {
		var types, encoders writer
		for i := range part.all {
			e := &part.all[i]
			if err := checkNames(e); err != nil {
				return nil, err
			}
			if e.Hand {
				continue
			}
			eventType(&types, e)
			decoder(&types, e)
			encoder(&encoders, e)
		}
		if err := types.file(files, "generated_"+part.name+".go", "event", "events.txt"); err != nil {
			return nil, err
		}
		if err := encoders.file(files, "generated_encode_"+part.name+"_test.go", "event", "events.txt"); err != nil {
			return nil, err
		}
	}
	var dispatch, every writer
	dispatcher(&dispatch, &every, events)
	if err := dispatch.file(files, "generated_decoders.go", "event", "events.txt"); err != nil {
		return nil, err
	}
	return files, every.file(files, "generated_types_test.go", "event", "events.txt")
}

// checkNames makes sure that no field hides another, or a method of Base.
func checkNames(e *table.Event) error {
	taken := map[string]string{"EventName": "a method", "Fields": "a method", "Epoch": "a method", "Sequence": "a method",
		"Received": "a method", "MarshalJSON": "a method", "Base": "Base"}
	for _, s := range e.Snapshots {
		if s.Prefix != "" {
			taken[s.Prefix] = "a snapshot"
			continue
		}
		for _, key := range snapshotKeys[s.Of] {
			taken[key] = "a field of the " + s.Of
		}
	}
	for _, f := range e.Fields {
		if other, twice := taken[f.GoName()]; twice {
			return fmt.Errorf("%s.%s hides %s", e.Name, f.GoName(), other)
		}
		taken[f.GoName()] = "the key " + f.Key
	}
	return nil
}

// snapshotKeys are the Go fields of the snapshots.
var snapshotKeys = map[string][]string{
	"channel": strings.Fields(`Channel ChannelState ChannelStateDesc CallerIDNum CallerIDName ConnectedLineNum ConnectedLineName
		Language AccountCode Context Exten Priority Uniqueid Linkedid Tenantid ChanVariable`),
	"bridge": strings.Fields(`BridgeUniqueid BridgeType BridgeTechnology BridgeCreator BridgeName BridgeNumChannels
		BridgeVideoSourceMode BridgeVideoSource`),
}

func snapshotType(of string) string { return table.GoName(of) + "Snapshot" }

func eventType(w *writer, e *table.Event) {
	name := table.GoName(e.Name)
	w.comment(eventComment(e))
	w.line("// %s", eventPage(e))
	w.line("type %s struct {", name)
	w.line("Base")
	for _, s := range e.Snapshots {
		if s.Prefix == "" {
			w.line("%s", snapshotType(s.Of))
		}
	}
	for _, s := range e.Snapshots {
		if s.Prefix != "" {
			first := map[string]string{"channel": "Channel", "bridge": "BridgeUniqueid"}[s.Of]
			w.line("%s %s // %s%s and its like", s.Prefix, snapshotType(s.Of), s.Prefix, first)
		}
	}
	for _, f := range e.Fields {
		note := f.Note
		if f.Since != "" {
			note = strings.TrimPrefix(note+"; "+versions(f.Since)+" and later", "; ")
		}
		w.line("%s %s%s", f.GoName(), goType(f), trailing(note))
		if f.Kind.Name == "presentation" {
			w.line("%sText string // the same in words", f.GoName())
		}
	}
	w.line("}\n")
	w.line("// EventName is %q.", e.Name)
	w.line("func (%s) EventName() string { return %q }\n", name, e.Name)
}

func goType(f table.Field) string {
	if f.List {
		return "[]" + f.Kind.GoType()
	}
	return f.Kind.GoType()
}

func eventComment(e *table.Event) string {
	name := table.GoName(e.Name)
	text := name + ": " + e.Note + "."
	actions := strings.Join(e.Actions, ", ")
	switch {
	case e.End && len(e.Actions) > 0:
		text = name + " ends the list that answers " + actions + "."
	case e.Item():
		text += " In the answer to " + actions + "."
	case len(e.Actions) > 0:
		text += " Class " + e.Class + "; without a class in the answer to " + actions + "."
	default:
		text += " Class " + strings.ReplaceAll(e.Class, ",", " and ") + "."
	}
	return text + since(e.Since, e.Until)
}

func since(since, until string) string {
	text := ""
	if since != "" {
		text += " Asterisk " + versions(since) + " and later."
	}
	if until != "" {
		text += " Asterisk " + until + " and before."
	}
	return text
}

func versions(list string) string { return strings.ReplaceAll(list, ",", ", ") }

const manual = "https://docs.asterisk.org/"

// eventPage links the page of the event, of the action that it answers, or of
// all events.
func eventPage(e *table.Event) string {
	edition := "Latest_API"
	if e.Until != "" {
		edition = "Asterisk_" + e.Until + "_Documentation"
	}
	page := e.Page
	if page == "" {
		page = e.Name
	}
	switch {
	case len(e.Docs) > 0:
		return manual + edition + "/API_Documentation/AMI_Events/" + page + "/"
	case len(e.Actions) > 0:
		return manual + edition + "/API_Documentation/AMI_Actions/" + e.Actions[0] + "/"
	default:
		return manual + "Latest_API/API_Documentation/AMI_Events/"
	}
}

func decoder(w *writer, e *table.Event) {
	name := table.GoName(e.Name)
	w.line("func decode%s(base Base, left *leftovers) Event {", name)
	w.line("e := %s{Base: base}", name)
	single := slices.DeleteFunc(slices.Clone(e.Fields), repeats)
	masks := (len(single) + 63) / 64
	switch {
	case masks == 1:
		w.line("var seen mask")
	case masks > 1:
		w.line("var seen [%d]mask", masks)
	}
	for _, s := range e.Snapshots {
		w.line("var seen%s mask", snapshotField(s))
	}
	w.line("for text := bodyOf(base); text != \"\"; {")
	w.line("var key, value string")
	w.line("key, value, text = cutField(text)")
	w.line("switch key {")
	n := 0
	for _, f := range e.Fields {
		if inDefault(f) {
			continue
		}
		w.line("case %s:", keys(f))
		switch {
		case f.List:
			w.line("e.%s = append(e.%s, %s)", f.GoName(), f.GoName(), decoded(f))
			continue
		case masks == 1:
			w.line("if seen.first(%d) {", n)
		default:
			w.line("if seen[%d].first(%d) {", n/64, n%64)
		}
		n++
		w.line("e.%s = %s", f.GoName(), decoded(f))
		if f.Kind.Name == "presentation" {
			w.line("e.%sText = unescape(inParentheses(value))", f.GoName())
		}
		w.line("}")
	}
	w.line("default:")
	w.line("%s", others(e))
	w.line("}\n}")
	if e.Settle {
		w.line("e.settle()")
	}
	w.line("return e\n}\n")
}

func snapshotField(s table.Snapshot) string {
	if s.Prefix == "" {
		return snapshotType(s.Of)
	}
	return s.Prefix
}

// repeats tells fields that no first occurrence ends.
func repeats(f table.Field) bool { return f.List || inDefault(f) }

// inDefault tells fields that take many keys, by how they begin.
func inDefault(f table.Field) bool {
	switch f.Kind.Name {
	case "entries", "reports", "variables":
		return true
	}
	return false
}

func keys(f table.Field) string {
	all := append([]string{f.Key}, f.Aliases...)
	for i := range all {
		all[i] = fmt.Sprintf("%q", all[i])
	}
	return strings.Join(all, ", ")
}

// others renders the default branch: what takes keys by their begin, the longest
// first, and what is left over.
func others(e *table.Event) string {
	var takers []string
	snapshots := slices.Clone(e.Snapshots)
	slices.SortStableFunc(snapshots, func(a, b table.Snapshot) int { return len(b.Prefix) - len(a.Prefix) })
	for _, s := range snapshots {
		field, of := snapshotField(s), strings.TrimSuffix(snapshotType(s.Of), "Snapshot")
		if s.Prefix == "" {
			takers = append(takers, fmt.Sprintf("!set%s(&e.%s, &seen%s, key, value)", of, field, field))
		} else {
			takers = append(takers, fmt.Sprintf("!setPrefixed%s(&e.%s, &seen%s, %q, key, value)", of, field, field, s.Prefix))
		}
	}
	for _, f := range e.Fields {
		switch f.Kind.Name {
		case "entries":
			takers = append(takers, fmt.Sprintf("!addEntry(&e.%s, %q, key, value)", f.GoName(), f.Kind.Args[0]))
		case "reports":
			takers = append(takers, fmt.Sprintf("!addReport(&e.%s, key, value)", f.GoName()))
		case "variables":
			takers = append(takers, fmt.Sprintf("!addVariable(&e.%s, key, value)", f.GoName()))
		}
	}
	if len(takers) == 0 {
		return "left.add(key)"
	}
	return "if " + strings.Join(takers, " && ") + " {\nleft.add(key)\n}"
}

// dispatcher renders what finds the decoder of a name, and the list of types for
// the tests.
func dispatcher(w, every *writer, events []table.Event) {
	w.line("// decoderOf returns the decoder of the event called name, or nil.")
	w.line("func decoderOf(name string) func(Base, *leftovers) Event {")
	w.line("switch name {")
	every.line("func everyGenerated() []typed {")
	every.line("return []typed{")
	for i := range events {
		name := table.GoName(events[i].Name)
		w.line("case %q:", events[i].Name)
		w.line("return decode%s", name)
		every.line("of[%s](),", name)
	}
	w.line("}\nreturn nil\n}")
	every.line("}\n}")
}
