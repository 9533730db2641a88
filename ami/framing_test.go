package ami_test

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// The lines of edge-cases.md under Framing that concern events: each sends its
// text right behind the login and then an event Last.
var framings = map[string]struct {
	text  string
	names string // of the events that arrive before Last
	check func(t *testing.T, first event.Event)
}{
	"sender may end lines with LF only": {
		text: "Event: Hangup\nPrivilege: call,all\nChannel: a\n\n", names: "Hangup",
		check: wantField("Channel", "a"),
	},
	"extra blank lines between packets": {
		text: "\r\n\r\n\nEvent: One\r\n\r\n\r\n\r\nEvent: Two\r\n\r\n\r\n", names: "One Two",
	},
	"header with no space after the colon": {
		text: "Event:Hangup\r\nChannel:PJSIP/1\r\n\r\n", names: "Hangup", check: wantField("Channel", "PJSIP/1"),
	},
	"value containing colons": {
		text: "Event: E\r\nContact: sip:1@[::1]:5060\r\n\r\n", names: "E", check: wantField("Contact", "sip:1@[::1]:5060"),
	},
	"key with spaces or dashes": {
		text: "Event: Hangup\r\nCause-txt: Normal Clearing\r\nCaller ID: 1\r\n\r\n", names: "Hangup",
		check: func(t *testing.T, ev event.Event) {
			wantField("Cause-txt", "Normal Clearing")(t, ev)
			wantField("Caller ID", "1")(t, ev)
		},
	},
	"header without value": {
		text: "Event: E\r\nEmpty: \r\nBare:\r\nNext: 1\r\n\r\n", names: "E",
		check: func(t *testing.T, ev event.Event) {
			for _, key := range []string{"Empty", "Bare"} {
				if value, ok := ev.Fields().Lookup(key); !ok || value != "" {
					t.Errorf("Lookup(%s) = %q, %v, want an empty value", key, value, ok)
				}
			}
		},
	},
	"key case changes between versions": {
		text: "Event: Hangup\r\nUniqueID: 1.2\r\nAccountcode: a\r\nCAUSE: 16\r\n\r\n", names: "Hangup",
		check: func(t *testing.T, ev event.Event) {
			wantField("Uniqueid", "1.2")(t, ev)
			if e := ev.(event.Hangup); e.UniqueID != "1.2" || e.AccountCode != "a" || e.Cause != 16 {
				t.Errorf("Hangup = %+v, want the fields whatever their case", e)
			}
		},
	},
	"line without a colon inside an event": {
		text: "Event: E\r\njust words\r\nChannel: a\r\n\r\n", names: "E", check: wantField("Channel", "a"),
	},
	"repeated keys": {
		text: "Event: E\r\nVariable: a=1\r\nContacts: x\r\nVariable: b=2\r\n\r\n", names: "E",
		check: wantValues("Variable", "a=1", "b=2"),
	},
	"ChanVariable of two channels": {
		text:  "Event: E\r\nChanVariable(SIP/x-1): a=b=c\r\nChanVariable(SIP/10.0.0.1:5060-1): d=e\r\n\r\n",
		names: "E",
		check: func(t *testing.T, ev event.Event) {
			wantField("ChanVariable(SIP/x-1)", "a=b=c")(t, ev)
			wantField("ChanVariable(SIP/10.0.0.1:5060-1)", "d=e")(t, ev)
		},
	},
	"undecodable bytes": {
		text: "Event: E\r\nName: \xff\xfeJos\xe9\r\n\r\n", names: "E", check: wantField("Name", "\xff\xfeJos\xe9"),
	},
	"two PeerEntry events merged in one packet": {
		text: "Event: PeerEntry\r\nObjectName: a\r\nEvent: PeerEntry\r\nObjectName: b\r\n\r\n", names: "PeerEntry",
		check: wantValues("ObjectName", "a", "b"),
	},
	"event key repeated": {
		text: "Event: UserEvent\r\nUserEvent: x\r\nEvent: mine\r\nResponse: Success\r\n\r\n", names: "UserEvent",
		check: wantValues("Event", "UserEvent", "mine"),
	},
	"null literals stay in the fields": {
		text: "Event: Newstate\r\nCallerIDNum: <unknown>\r\nConnectedLineName: <unknown>\r\n\r\n", names: "Newstate",
		check: func(t *testing.T, ev event.Event) {
			wantField("CallerIDNum", "<unknown>")(t, ev)
			if e := ev.(event.Newstate); e.CallerIDNum != "" || e.ConnectedLineName != "" {
				t.Errorf("Newstate = %+v, want no number and no name", e.ChannelSnapshot)
			}
		},
	},
	"empty and non-numeric values in int fields keep the event": {
		text: "Event: Hangup\r\nChannelState: \r\nPriority: many\r\nCause: 0x\r\nChannel: a\r\n\r\n", names: "Hangup",
		check: wantField("Channel", "a"),
	},
	"banner text inside later data": {
		text: "Event: E\r\nText: x\r\nAsterisk Call Manager/1.1\r\n\r\n", names: "E", check: wantField("Text", "x"),
	},
	"banner text between packets": {text: "Asterisk Call Manager/1.1\r\n\r\n"},
	"Queues answers without Response": {
		text: "default has 0 calls (max unlimited) in 'ringall' strategy\r\n   No Members\r\n\r\n",
	},
}

func wantField(key, want string) func(*testing.T, event.Event) {
	return func(t *testing.T, ev event.Event) {
		if got := ev.Fields().Get(key); got != want {
			t.Errorf("Get(%s) = %q, want %q", key, got, want)
		}
	}
}

func wantValues(key string, want ...string) func(*testing.T, event.Event) {
	return func(t *testing.T, ev event.Event) {
		if got := ev.Fields().Values(key); !slices.Equal(got, want) {
			t.Errorf("Values(%s) = %q, want %q", key, got, want)
		}
	}
}

const lastEvent = "Event: Last\r\nPrivilege: user,all\r\n\r\n"

func TestFramingOfEvents(t *testing.T) {
	for subject, test := range framings {
		for _, sizes := range [][]int{{0}, {1}, {7, 3}} {
			t.Run(subject, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					conn := scripted(t, func(p *amitest.Peer) {
						cue(p)
						p.WriteChunks(test.text+lastEvent, sizes...)
					})
					sub := conn.Subscribe(all, nil)
					mustDo(t, conn, "Cue")
					var got []string
					for i := 0; ; i++ {
						ev := next(t, sub)
						if ev.EventName() == "Last" {
							break
						}
						got = append(got, ev.EventName())
						if i == 0 && test.check != nil {
							test.check(t, ev)
						}
					}
					if strings.Join(got, " ") != test.names {
						t.Errorf("events %q, want %q", got, test.names)
					}
					mustPing(t, conn)
				})
			})
		}
	}
}

// CR at the end of one read, LF at the start of the next; a code point split
// over reads: every way to cut a conversation in two.
func TestEverySplitOfTheStream(t *testing.T) {
	text := "Event: E\r\nName: Jos\u00e9\r\n\r\n" + "Event: F\n\n" + lastEvent
	for split := 1; split < len(text); split++ {
		synctest.Test(t, func(t *testing.T) {
			conn := scripted(t, func(p *amitest.Peer) {
				cue(p)
				p.WriteChunks(text, split, 0)
			})
			sub := conn.Subscribe(all, nil)
			mustDo(t, conn, "Cue")
			if got := next(t, sub).Fields().Get("Name"); got != "Jos\u00e9" {
				t.Errorf("split at %d: Name = %q", split, got)
			}
			if got := names(t, sub, 2); got != "F Last" {
				t.Errorf("split at %d: events %q", split, got)
			}
		})
	}
}

// Orphans: blocks that are neither event nor answer are counted, and harm
// nothing.
func TestOrphansAreCounted(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		cue(p)
		p.Write("Peername: x\r\nHost: y\r\n\r\n")                                 // no Response header
		p.Write("Response: Success\r\nMessage: who asked\r\n\r\n")                // no ActionID
		p.Write("Response: Error\r\nActionID: 0-1\r\nMessage: another's\r\n\r\n") // not ours
	})
	before := conn.Stats()
	mustDo(t, conn, "Cue")
	mustPing(t, conn)
	if got := conn.Stats().Orphans - before.Orphans; got != 3 {
		t.Errorf("Orphans = %d, want 3", got)
	}
	if got := conn.Stats().Events; got != 1 { // FullyBooted
		t.Errorf("Events = %d, want 1", got)
	}
}

// Parser state reset on reconnect: half a block of the old connection does not
// begin the first of the new one.
func TestParserStateIsResetOnReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {
			p.Login()
			if p.Number() == 1 {
				cue(p)
				p.Write("Response: Follows\r\nEvent: Half\r\nChannel: ")
				p.Cut()
			}
			p.Emit("Event", "Whole", "Privilege", "user,all")
			p.Serve()
		})
		client := connectTo(t, srv, nil)
		sub := client.Subscribe(event.Named("Half", "Whole"), nil)
		mustDo(t, client, "Cue")
		if got := names(t, sub, 3); got != "Gap Connected Whole" {
			t.Errorf("events %q, want Gap Connected Whole", got)
		}
		if err := client.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		mustPing(t, client)
	})
}

// Banner is one line, may share a chunk with the next packet, or be split, or
// be another's: unknown → warn, go on.
func TestBannerVariants(t *testing.T) {
	for banner, want := range map[string]struct {
		major int
		warns bool
	}{
		"Asterisk Call Manager/5.0.4":      {16, false},
		"Asterisk Call Manager/11.0.0":     {22, false},
		"Asterisk Call Manager/4.0.3":      {15, false},
		"Asterisk Call Manager/2.10.6":     {0, false},
		"Asterisk Call Manager Proxy/1.22": {0, false},
		"Asterisk Manager Proxy/1.0":       {0, false},
		"OpenPBX Call Manager/1.0":         {0, true},
		"CallWeaver Call Manager/1.2":      {0, true},
		"hello":                            {0, true},
		"":                                 {0, true},
	} {
		for _, sizes := range [][]int{{0}, {1}, {5}} {
			srv := serve(t, func(p *amitest.Peer) {
				p.WriteChunks(banner+"\r\n", sizes...)
				p.Handle("CoreSettings", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
				p.Banner("Event: Early\r\nPrivilege: system,all\r\n") // shares no chunk, and belongs to nobody
				p.Login()
				p.Serve()
			})
			var log strings.Builder
			conn := dialTo(t, srv, func(c *ami.Config) { c.Logger = logTo(&log) })
			if v := conn.Version(); v.Major != want.major || v.Text != "" {
				t.Errorf("banner %q: Version() = %+v, want %d", banner, v, want.major)
			}
			if warned := strings.Contains(log.String(), "unknown banner"); warned != want.warns {
				t.Errorf("banner %q: log %q, want a warning: %v", banner, log.String(), want.warns)
			}
			_ = conn.Close()
		}
	}
}

func TestBannerSharesAChunkWithAnEvent(t *testing.T) {
	srv := serve(t, func(p *amitest.Peer) {
		p.Banner("Asterisk Call Manager/11.0.0\r\nEvent: Early\r\nPrivilege: system,all\r\n")
		p.Login()
		p.Serve()
	})
	mustPing(t, dialTo(t, srv, nil))
}

// No banner: authlimit reached.
func TestNoBanner(t *testing.T) {
	srv := serve(t, func(p *amitest.Peer) { p.Cut() })
	_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, nil))
	wantError(t, "Dial", err, nil, "before the banner", "authlimit", srv.Addr())
	half := serve(t, func(p *amitest.Peer) { p.Write("Aster") })
	_, err = ami.Dial(t.Context(), half.Addr(), configOf(half, nil))
	wantError(t, "Dial", err, io.ErrUnexpectedEOF, "banner")
}

// ActionIDs that Asterisk glues to the next line, ones of others with our
// prefix's length, and guesses of who has seen an earlier one, are nobody's.
func TestForeignActionIDs(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		a := p.Expect("Hold")
		prefix, token, number := a.ID()[:13], a.ID()[13:22], a.ID()[22:]
		guess := strings.Map(func(c rune) rune { return rune("123456789abcdef0-"[strings.IndexRune("0123456789abcdef-", c)]) }, token)
		for _, id := range []string{
			"", "-", prefix, prefix + token, prefix + number, prefix + guess + number, prefix + "zzzzzzzz-" + number, prefix + "-" + number,
			prefix + token + "zz", prefix + token + strings.Repeat("f", 18), a.ID() + "0", "x" + a.ID(),
		} {
			p.Emit("Response", "Error", "ActionID", id, "Message", "not yours")
			p.Emit("Event", "CoreShowChannel", "ActionID", id)
		}
		p.Success(a, "Message", "yours")
	})
	if r, err := conn.Do(t.Context(), action.New("Hold")); err != nil || r.Message() != "yours" {
		t.Errorf("Do = %v, %v", r, err)
	}
}

// Who has seen an ActionID, as that of the action UserEvent, and counts on,
// does not know the next one.
func TestGuessedActionIDIsAnOrphan(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		seen := p.Expect("UserEvent")
		p.Success(seen)
		a := p.Expect("Hold")
		p.Emit("Response", "Success", "ActionID", seen.ID()[:22]+a.ID()[22:], "Message", "forged")
		p.Success(a, "Message", "yours")
	})
	before := conn.Stats()
	mustDo(t, conn, "UserEvent")
	if r, err := conn.Do(t.Context(), action.New("Hold")); err != nil || r.Message() != "yours" {
		t.Errorf("Do = %v, %v", r, err)
	}
	if got := conn.Stats().Orphans - before.Orphans; got != 1 {
		t.Errorf("Orphans = %d, want 1", got)
	}
}
