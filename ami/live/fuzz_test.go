package live

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// FuzzText has a state take any text as events. It must hold together after each, and forget all of it with the next lists.
func FuzzText(f *testing.F) {
	files, err := filepath.Glob("testdata/*-22.log")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), uint8(1))
		f.Add(strings.ReplaceAll(string(text), "Event: Hangup\r\n", "Event: Rename\r\nNewname: PJSIP/100-00000001\r\n"), uint8(2))
	}
	f.Add("Event: AgentLogin\r\nChannel: a\r\nUniqueid: 1\r\nLinkedid: 1\r\n\r\nEvent: Newstate\r\nChannel: a\r\nUniqueid: 1\r\nLinkedid: 2\r\n\r\n", uint8(0))
	f.Add("Event: Newchannel\r\nChannel: a\r\nUniqueid: 1\r\nLinkedid: 1\r\n\r\nEvent: Rename\r\nChannel: a\r\nNewname: b\r\nUniqueid: 1\r\n\r\n", uint8(0))
	f.Fuzz(func(t *testing.T, text string, answers uint8) {
		if len(text) > 1<<16 {
			return
		}
		s := follow(t)
		s.odd = true
		names := make(map[string]bool)
		s.answer = func(q question) answer {
			asked := names[q.name]
			names[q.name] = true
			switch answers % 4 {
			case 0:
				return answer{failed: true}
			case 1:
				return answer{}
			case 2:
				return answer{there: !asked, uniqueID: "1." + q.name, linkedID: "1.1"}
			}
			return answer{there: true, uniqueID: "1.1", linkedID: "1.2"}
		}
		for i, block := range strings.Split(text, "\r\n\r\n") {
			at := start.Add(time.Duration(i) * time.Second)
			s.takes(decoded(transport.ParseFields(block+"\r\n"), at))
		}
		at := start.Add(24 * time.Hour)
		s.takes(gap(at), synced(at))
		s.answer = func(question) answer { return answer{} }
		s.takes(gap(at), synced(at))
		s.expire(at.Add(time.Hour))
		if s.channels.size+s.bridges.size+s.calls.size+len(s.pairs)+len(s.names)+len(s.past)+len(s.threads)+len(s.standing)+len(s.finished)+s.weight > 0 {
			t.Errorf("there are left %v, %d pairs, %d names, threads %v, %d finished of %d bytes", s.view(), len(s.pairs), len(s.names), s.threads, len(s.finished), s.weight)
		}
	})
}
