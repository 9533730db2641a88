package sipua_test

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

const smallGuide = "\nLeft out of the tables: `Newexten`, `HangupRequest`.\n\n## Call\n\nA call.\n\n" +
	"| # | event | of | after | what it tells |\n| --- | --- | --- | --- | --- |\n" +
	"| 1 | Newchannel | ann | | `Linkedid: ann` |\n" +
	"| 2 | Newchannel | bea | | `Linkedid: ann` |\n" +
	"| 3 | Newstate | bea | 2 | it rings: `ChannelStateDesc: Ringing` |\n" +
	"| 4 | HangupRequest | ann | 1 | |\n" +
	"| 5 | Hangup | bea | – | `Cause: 16` |\n"

// The comparison with the guide finds what differs.
func TestGuideOfCallsDiffers(t *testing.T) {
	ann, bea := "\nChannel: PJSIP/100-1\nUniqueid: 1\nLinkedid: 1", "\nChannel: PJSIP/101-2\nUniqueid: 2\nLinkedid: 1"
	began, second := "Event: Newchannel"+ann, "Event: Newchannel"+bea
	rings, ended, request := "Event: Newstate\nChannelStateDesc: Ringing"+bea, "Event: Hangup\nCause: 16"+bea, "Event: HangupRequest"+ann
	for _, test := range []struct {
		name   string
		events []string
		says   string // the missing rows, or the fault
	}{
		{"as in the table", []string{began, second, rings, request, ended}, ""},
		{"what has no order", []string{began, request, second, ended, rings}, ""},
		{"one is missing", []string{began, second, rings, request}, "5 (Hangup of bea)"},
		{"one too many", []string{began, second, rings, request, ended, ended}, "no row for it is left"},
		{"of no row", []string{began, "Event: Rename" + ann}, "no row for it is left"},
		{"too early", []string{began, rings}, "it comes before row 2"},
		{"another value", []string{began, second, strings.Replace(rings, "Ringing", "Up", 1)}, `ChannelStateDesc is "Up", want "Ringing"`},
		{"another call", []string{began, strings.Replace(second, "Linkedid: 1", "Linkedid: 2", 1)}, `Linkedid is "2", want "1"`},
		{"another phone", []string{second}, "PJSIP/101-2 is no channel of ann"},
		{"another channel of the phone", []string{began, second, strings.Replace(rings, "Uniqueid: 2", "Uniqueid: 3", 1)}, "bea is 2"},
	} {
		g, err := parseGuide(smallGuide)
		if err != nil {
			t.Fatal(err)
		}
		m, said := newMatch(g.tables["Call"], nil), ""
		for _, text := range test.events {
			if err := m.take(transport.ParseFields(strings.ReplaceAll(text, "\n", "\r\n") + "\r\n")); err != nil {
				said = err.Error()
			}
		}
		if said == "" {
			said = m.missing()
		}
		if (test.says == "") != (said == "") || !strings.Contains(said, test.says) {
			t.Errorf("%s: %q, want %q", test.name, said, test.says)
		}
	}
}

// A table that says nothing is no table.
func TestGuideOfCallsIsRead(t *testing.T) {
	for from, says := range map[string]string{
		"| 3 | Newstate | bea | 2": "| 3 | Newstate | bea | 5",
		"| 4 |":                    "| 6 |",
		"| 5 | Hangup | bea |":     "| five | Hangup | bea |",
		"| HangupRequest | ann |":  "| HangupRequest |",
	} {
		if _, err := parseGuide(strings.Replace(smallGuide, from, says, 1)); err == nil {
			t.Errorf("no error with %s in place of %s", says, from)
		}
	}
	g, err := parseGuide(smallGuide)
	if err != nil || g.shows("Call", "Newexten") || !g.shows("Call", "HangupRequest") || !g.shows("Call", "Rename") {
		t.Errorf("left out: %q, %v; HangupRequest has a row, Rename is in no list", g.leftOut, err)
	}
}
