package render

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/table"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Events renders the files of package event, by name.
func Events(events []table.Event) (map[string][]byte, error) {
	files := make(map[string][]byte)
	var printed writer
	for _, part := range parts(events, func(e table.Event) string { return e.Name }) {
		var types, encoders writer
		for i := range part.all {
			e := &part.all[i]
			if err := errors.Join(checkNames(e), checkKeys(e)); err != nil {
				return nil, err
			}
			if e.Hand {
				continue
			}
			eventType(&types, e)
			printing(&types, &printed, e)
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
	if err := printed.file(files, "generated_printing.go", "event", "events.txt"); err != nil {
		return nil, err
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
		"Received": "a method", "String": "a method", "Format": "a method", "Base": "Base", "Doubt": "a method", "Doubtful": "a method", "Certain": "a method"}
	for _, s := range e.Snapshots {
		if s.Prefix != "" {
			taken[s.Prefix] = "a snapshot"
			continue
		}
		for _, key := range snapshotKeys[s.Of] {
			taken[table.GoName(key)] = "a field of the " + s.Of
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

// checkKeys makes sure that no key has two slots, and that all are what scan
// can find.
func checkKeys(e *table.Event) error {
	var keys []string
	for _, s := range e.Snapshots {
		for _, key := range snapshotKeys[s.Of] {
			keys = append(keys, s.Prefix+key)
		}
	}
	for _, f := range e.Fields {
		if !inDefault(f) {
			keys = append(append(keys, f.Key), f.Aliases...)
		}
	}
	for i, key := range keys {
		if slices.Contains(keys[:i], key) {
			return fmt.Errorf("%s has the key %s twice", e.Name, key)
		}
		if key == "Privilege" || strings.ContainsAny(key, ":(\n") {
			return fmt.Errorf("%s has the key %s, which is none of its own", e.Name, key)
		}
	}
	return nil
}

// snapshotKeys are the keys of the snapshots, without their prefix.
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
			w.line("%s `json:\"-\"`", snapshotType(s.Of))
		}
	}
	for _, s := range e.Snapshots {
		if s.Prefix != "" {
			first := map[string]string{"channel": "Channel", "bridge": "BridgeUniqueid"}[s.Of]
			w.line("%s %s `json:\"-\"` // %s%s and its like", s.Prefix, snapshotType(s.Of), s.Prefix, first)
		}
	}
	for _, f := range e.Fields {
		note := f.Note
		if f.Since != "" {
			note = strings.TrimPrefix(note+"; "+versions(f.Since)+" and later", "; ")
		}
		w.line("%s %s `json:\"-\"`%s", f.GoName(), goType(f), trailing(note))
		if f.Kind.Name == "presentation" {
			w.line("%sText string `json:\"-\"` // the same in words", f.GoName())
		}
	}
	w.line("}\n")
	w.line("// EventName is %q.", e.Name)
	w.line("func (%s) EventName() string { return %q }\n", name, e.Name)
}

// printing renders how an event prints: beside its type if that has secrets, else with those of other types.
func printing(w, others *writer, e *table.Event) {
	name := table.GoName(e.Name)
	var secrets []string
	for _, f := range e.Fields {
		if f.Kind.Name == "text" && show.NamesSecret(f.Key) {
			secrets = append(secrets, f.GoName())
		}
	}
	if secrets == nil {
		w = others
	}
	w.line("// String is the event in one line: see [Event].")
	w.line("func (e %s) String() string { return e.line(%q) }\n", name, e.Name)
	if name == "VarSet" {
		return // its Format is by hand, in event/secret.go
	}
	if secrets == nil {
		w.line("// Format prints the line of String, or with %%+v and %%#v the struct, without values under a name like secret or password.")
		w.line("func (e %s) Format(s fmt.State, verb rune) { format(s, verb, e.Base, e) }\n", name)
		return
	}
	w.line("// Format prints the line of String, or with %%+v and %%#v the struct, without %s.", strings.Join(secrets, ", "))
	w.line("func (e %s) Format(s fmt.State, verb rune) {", name)
	for _, field := range secrets {
		w.line("e.%s = show.Secret(e.%s)", field, field)
	}
	w.line("format(s, verb, e.Base, e)\n}\n")
}

func goType(f table.Field) string {
	switch {
	case f.List && f.Kind.Name == "assigned":
		return "Variables"
	case f.List:
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

// decoder renders the form of the event, with a slot for each value, and the
// function that fills the fields from the slots. It returns an Event, or gives
// the value to f, which costs no allocation.
func decoder(w *writer, e *table.Event) {
	name := table.GoName(e.Name)
	f := formOf(e)
	w.line("func (%s) handled(func(%s)) {}\n", name, name)
	if channel := ownChannel(e); channel != "" {
		w.line("func (e %s) channel() Channel { return %s }\n", name, channel)
	}
	w.line("var form%s = form{[]run{%s}, %d, %#x}\n", name, strings.Join(f.runs, ""), f.placed, f.needed)
	w.line("func decode%s(base Base, text string, left *leftovers, f any) Event {", name)
	odd := takers(e)
	scan := fmt.Sprintf("scan(&base, text, &form%s, v[:], left)", name)
	if len(odd) > 0 {
		scan = fmt.Sprintf("odd := scan(&base, text, &form%s, v[:], nil)", name)
	}
	w.line("var v [%d]slot", f.slots)
	w.line("%s", scan)
	w.line("e := %s{Base: base}", name)
	slot := 0
	for _, s := range e.Snapshots {
		size := len(snapshotKeys[s.Of])
		w.line("e.%s = %sOf(text, v[%d:%d])", snapshotField(s), s.Of, slot, slot+size)
		slot += size
	}
	for _, f := range e.Fields {
		if inDefault(f) {
			continue
		}
		value := fmt.Sprintf("v[%d].of(text)", slot)
		w.line("e.%s = %s", f.GoName(), decoded(f, value))
		if f.Kind.Name == "presentation" {
			w.line("e.%sText = unescape(inParentheses(%s))", f.GoName(), value)
		}
		slot++
	}
	if len(odd) > 0 {
		w.line("for o := (odds{text: odd, form: &form%s}); o.next(); {", name)
		w.line("if %s {\nleft.add(o.key)\n}\n}", strings.Join(odd, " && "))
	}
	if e.Finish {
		w.line("e.finish()")
	}
	w.line("if f, ok := f.(func(%s)); ok && base.doubt == 0 {\nf(e)\nreturn nil\n}", name)
	w.line("return e\n}\n")
}

// ownChannel renders the channel that an event is about, unless it has that by a
// snapshot without a prefix.
func ownChannel(e *table.Event) string {
	first := ""
	for _, s := range e.Snapshots {
		switch {
		case s.Of != "channel":
		case s.Prefix == "":
			return ""
		case first == "":
			first = "e." + s.Prefix + ".channel()"
		}
	}
	name, id := false, false
	for _, f := range e.Fields {
		name = name || f.GoName() == "Channel"
		id = id || f.GoName() == "UniqueID"
	}
	if first == "" && name && id {
		return "Channel{e.Channel, e.UniqueID}"
	}
	return first
}

func keysName(s table.Snapshot) string { return unexported(s.Prefix+table.GoName(s.Of)) + "Keys" }
func variablesName(s table.Snapshot) string {
	return unexported(s.Prefix+table.GoName(s.Of)) + "Variables"
}
func unexported(name string) string { return strings.ToLower(name[:1]) + name[1:] }

func snapshotField(s table.Snapshot) string {
	if s.Prefix == "" {
		return snapshotType(s.Of)
	}
	return s.Prefix
}

// inDefault tells fields that take many keys, by how they begin.
func inDefault(f table.Field) bool {
	switch f.Kind.Name {
	case "entries", "reports", "variables":
		return true
	}
	return false
}

// takers renders what takes the keys that are no slot's, by how they begin.
func takers(e *table.Event) (all []string) {
	for _, f := range e.Fields {
		switch f.Kind.Name {
		case "entries":
			all = append(all, fmt.Sprintf("!addEntry(&e.%s, %q, o.key, o.value)", f.GoName(), f.Kind.Args[0]))
		case "reports":
			all = append(all, fmt.Sprintf("!addReport(&e.%s, o.key, o.value)", f.GoName()))
		case "variables":
			all = append(all, fmt.Sprintf("!addVariable(&e.%s, o.key, o.value)", f.GoName()))
		}
	}
	return all
}

// dispatcher renders what finds the decoder of a name, and the list of types for
// the tests.
func dispatcher(w, every *writer, events []table.Event) {
	w.line("// decoderOf returns the decoder of the event called name, or nil.")
	w.line("func decoderOf(name string) decoder {")
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
	w.line("\n// formOf returns the form of the event called name, or nil.")
	w.line("func formOf(name string) *form {")
	w.line("switch name {")
	for i := range events {
		w.line("case %q:", events[i].Name)
		w.line("return &form%s", table.GoName(events[i].Name))
	}
	w.line("}\nreturn nil\n}")
	w.line("\nvar (")
	for _, s := range snapshots(events) {
		keys := slices.Clone(snapshotKeys[s.Of])
		for i := range keys {
			keys[i] = fmt.Sprintf("%q", s.Prefix+keys[i])
		}
		if s.Of == "channel" {
			w.line("%s = []string{%s}", variablesName(s), keys[len(keys)-1])
			keys = keys[:len(keys)-1]
		}
		w.line("%s = []string{%s}", keysName(s), strings.Join(keys, ", "))
	}
	w.line(")")
	every.line("}\n}")
}

// snapshots returns those of all events, each once.
func snapshots(events []table.Event) []table.Snapshot {
	var all []table.Snapshot
	for i := range events {
		for _, s := range events[i].Snapshots {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	slices.SortFunc(all, func(a, b table.Snapshot) int { return strings.Compare(keysName(a), keysName(b)) })
	return all
}
