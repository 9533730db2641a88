package transport_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// TestLookupFindsWhatAWalkFinds holds the search many bytes at a time against a
// walk over the lines, for texts of every length and a key at every place.
func TestLookupFindsWhatAWalkFinds(t *testing.T) {
	for before := range 80 {
		for _, ending := range []string{"\n", "\r\n", "\n\n", "\r\r\n", ""} {
			for _, line := range []string{"Key: v", "kEY:v", "Key:", "Key: ", "Key", "Kex: v", "Ke", "K", "", ":v", "key: v\r"} {
				for _, after := range []string{"", "\n", "\r\n", "\nKey: w", "\r\nKey: w\r\n", "\nx"} {
					compareLookup(t, strings.Repeat("x", before)+ending+line+after, "Key", "K", "", "x")
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"Key", "key", "KEY", "Kex", "k", "[", "{", "", ":", ": ", ":: ", "(", "):", "\n", "\r\n", "\r", "*", "\n\n", "\x00", "\x8a", "\xff",
		"value", "a longer value than others", "Other: x\r\n", "\u212Aey", "Ü"}
	for range 20_000 {
		var text strings.Builder
		for range random.IntN(30) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		compareLookup(t, text.String(), "Key", "kEX", "k", "*", "Key(", "", "\n", "k\nk", "[", "{", "\u212Aey", "ü", "\r", "\xff", "*Key")
	}
}

// FuzzLookup is the same for any text and key.
func FuzzLookup(f *testing.F) {
	f.Add(sample, "chanvariable")
	f.Add("A: 1\r\nB: 2", "b")
	f.Add(strings.Repeat("Key: value\r\n", 8)+"\n*Key: x", "*key")
	f.Add(strings.Repeat("\n", 33)+"K:\r", "k")
	f.Fuzz(func(t *testing.T, text, key string) {
		keys := []string{key, strings.ToUpper(key), ""}
		for line := range strings.SplitSeq(text, "\n") { // all that begin a line, cut at each colon
			for i := range line {
				if line[i] == ':' {
					keys = append(keys, line[:i])
				}
			}
		}
		compareLookup(t, text, keys...)
		for cut := range min(len(text), 40) { // another place for each field
			compareLookup(t, text[cut:], keys[0], keys[len(keys)-1])
		}
	})
}

func compareLookup(t *testing.T, text string, keys ...string) {
	t.Helper()
	fields := transport.ParseFields(text)
	for _, key := range keys {
		value, ok := fields.Lookup(key)
		if want, there := walk(text, key); value != want || ok != there {
			t.Fatalf("Lookup(%q) in %q = %q, %v, want %q, %v", key, text, value, ok, want, there)
		}
	}
}

// walk is Lookup line by line.
func walk(text, key string) (value string, ok bool) {
	for line := range strings.SplitAfterSeq(text, "\n") {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if len(line) > len(key) && line[len(key)] == ':' && asciiLower(line[:len(key)]) == asciiLower(key) {
			return strings.TrimPrefix(line[len(key)+1:], " "), true
		}
	}
	return "", false
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

// BenchmarkLookup looks for keys at the begin, in the middle, at the end of an
// event, and for one that is not there.
func BenchmarkLookup(b *testing.B) {
	fields := transport.ParseFields("Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/100-00000001\r\nChannelState: 6\r\n" +
		"ChannelStateDesc: Up\r\nCallerIDNum: 100\r\nCallerIDName: Front Desk\r\nConnectedLineNum: <unknown>\r\n" +
		"ConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: from-internal\r\nExten: desk\r\nPriority: 2\r\n" +
		"Uniqueid: 1700000000.1\r\nLinkedid: 1700000000.1\r\n")
	for _, key := range []string{"Event", "Channel", "CallerIDName", "Uniqueid", "DestUniqueid"} {
		b.Run(fmt.Sprint(key), func(b *testing.B) {
			for b.Loop() {
				fields.Get(key)
			}
		})
	}
}
