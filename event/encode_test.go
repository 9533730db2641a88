package event

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/transport"
)

// encodable is what the generated types and UserEvent have in tests: the way
// back from the typed fields to the wire.
type encodable interface {
	Event
	encode(b *transport.Builder)
}

// Encode writes ev from its typed fields alone.
func Encode(ev Event) (transport.Fields, error) {
	var b transport.Builder
	b.Add("Event", ev.EventName())
	ev.(encodable).encode(&b)
	return b.Fields()
}

// DecodeStrict is Decode, and also returns the keys that found no place.
func DecodeStrict(fields transport.Fields) (Event, []string) {
	var left leftovers
	return decodeKeeping(Base{wire: wireOf(fields)}, &left), left.keys
}

// WithoutDoubt is ev as if it had all the keys of its kind: most tests have a few.
func WithoutDoubt(ev Event) Event {
	value := reflect.New(reflect.TypeOf(ev)).Elem()
	value.Set(reflect.ValueOf(ev))
	base := value.FieldByName("Base").Interface().(Base)
	base.doubt = 0
	value.FieldByName("Base").Set(reflect.ValueOf(base))
	return value.Interface().(Event)
}

func (e UserEvent) encode(b *transport.Builder) {
	e.ChannelSnapshot.encode(b, "")
	b.Add("UserEvent", e.UserEvent)
}

func (c ChannelSnapshot) encode(b *transport.Builder, prefix string) {
	if c.zero() {
		return
	}
	add := func(key, value string) { b.Add(prefix+key, value) }
	add("Channel", c.Channel)
	add("ChannelState", itoa(int(c.ChannelState)))
	add("ChannelStateDesc", c.ChannelStateDesc)
	add("CallerIDNum", orNull(c.CallerIDNum, c.CallerIDNum, "<unknown>"))
	add("CallerIDName", orNull(c.CallerIDName, escape(c.CallerIDName), "<unknown>"))
	add("ConnectedLineNum", orNull(c.ConnectedLineNum, c.ConnectedLineNum, "<unknown>"))
	add("ConnectedLineName", orNull(c.ConnectedLineName, escape(c.ConnectedLineName), "<unknown>"))
	add("Language", c.Language)
	add("AccountCode", c.AccountCode)
	add("Context", c.Context)
	add("Exten", c.Exten)
	add("Priority", itoa(c.Priority))
	add("Uniqueid", c.UniqueID)
	add("Linkedid", c.LinkedID)
	if c.TenantID != "" {
		add("Tenantid", c.TenantID)
	}
	for _, variable := range c.ChanVariable {
		add("ChanVariable", variable.Name+"="+escape(variable.Value))
	}
}

func (c ChannelSnapshot) zero() bool {
	variables := len(c.ChanVariable)
	c.ChanVariable = nil
	return variables == 0 && fmt.Sprint(c) == fmt.Sprint(ChannelSnapshot{})
}

func (s BridgeSnapshot) encode(b *transport.Builder, prefix string) {
	if s == (BridgeSnapshot{}) {
		return
	}
	add := func(key, value string) { b.Add(prefix+"Bridge"+key, value) }
	add("Uniqueid", s.BridgeUniqueID)
	add("Type", s.BridgeType)
	add("Technology", s.BridgeTechnology)
	add("Creator", orNull(s.BridgeCreator, s.BridgeCreator, "<unknown>"))
	add("Name", orNull(s.BridgeName, s.BridgeName, "<unknown>"))
	add("NumChannels", itoa(s.BridgeNumChannels))
	add("VideoSourceMode", s.BridgeVideoSourceMode)
	if s.BridgeVideoSource != "" {
		add("VideoSource", s.BridgeVideoSource)
	}
}

// unfinish adds what finish takes away.
func (e VarSet) unfinish(b *transport.Builder) {
	if e.ChannelSnapshot.zero() {
		b.Add("Channel", "none")
		b.Add("Uniqueid", "none")
	}
}

var itoa = strconv.Itoa

// escape is ast_escape_c of main/utils.c.
func escape(value string) string { return escaper.Replace(value) }

var escaper = strings.NewReplacer("\a", `\a`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`,
	`\`, `\\`, `'`, `\'`, `"`, `\"`, `?`, `\?`)

// orNull is null for the zero value.
func orNull[T comparable](value T, text, null string) string {
	var zero T
	if value == zero {
		return null
	}
	return text
}

func choose(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func presentationText(n int, text string) string {
	return itoa(n) + " (" + escape(text) + ")"
}

func clockText(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

func unixText(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

func timevalText(t time.Time) string {
	if t.IsZero() {
		return "0.000000"
	}
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

func datetimeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateTime)
}

func isoText(t time.Time) string { return t.Format(isoFormat) }

func deviceName(s asterisk.DeviceState) string     { return s.String() }
func devicetextName(s asterisk.DeviceState) string { return deviceTexts[s] }

// assignedText writes what Asterisk does for a variable without a value.
func assignedText(v asterisk.Variable) string { return v.Name + "=" + cmp.Or(v.Value, "(null)") }

func encodeEntries(b *transport.Builder, all []Entry) {
	for _, entry := range all {
		b.Add(entry.Key, entry.Value)
	}
}

func encodeVariables(b *transport.Builder, all []ChannelVariable) {
	for _, v := range all {
		b.Add("ChanVariable("+v.Channel+")", v.Name+"="+v.Value)
	}
}

func encodeReports(b *transport.Builder, all []RTCPReport) {
	for i, r := range all {
		add := func(key, value string) { b.Add("Report"+itoa(i)+key, value) }
		add("SourceSSRC", r.SourceSSRC)
		add("FractionLost", itoa(r.FractionLost))
		add("CumulativeLost", unsigned24(r.CumulativeLost))
		add("HighestSequence", strconv.FormatInt(r.HighestSequence, 10))
		add("SequenceNumberCycles", itoa(r.SequenceNumberCycles))
		add("IAJitter", strconv.FormatInt(r.IAJitter, 10))
		add("LSR", strconv.FormatInt(r.LSR, 10))
		add("DLSR", strconv.FormatFloat(r.DLSR.Seconds(), 'f', 4, 64))
	}
}

func unsigned24(n int) string {
	if n < 0 {
		n += 1 << 24
	}
	return itoa(n)
}

// TypeNames are the names of all events that have a type.
func TypeNames() []string {
	var all []string
	for _, typ := range everyGenerated() {
		all = append(all, typ.zero.EventName())
	}
	return all
}
