package ami_test

import (
	"context"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// Lines that are no response are kept up to a limit, and not at all when nobody
// waits for them.
func TestLinesAreLimited(t *testing.T) {
	const pieces = 32
	text := strings.Repeat(strings.Repeat("x", 1023)+"\n", 1024) + "\r\n" // 1 MiB
	for name, script := range map[string]func(p *amitest.Peer) amitest.Action{
		"IAXnetstats": func(p *amitest.Peer) amitest.Action { return p.Expect("IAXnetstats") },
		"Own":         func(p *amitest.Peer) amitest.Action { return p.Expect("Own") },
		"Follows": func(p *amitest.Peer) amitest.Action {
			a := p.Expect("Follows")
			p.Write("Response: Follows\r\nActionID: " + a.ID() + "\r\ntext\n\r\n")
			return a
		},
	} {
		for _, waits := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				begin, over := make(chan struct{}), make(chan struct{})
				conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
					script(p)
					<-begin
					for range pieces {
						p.Write(text)
					}
					<-over
				})), func(c *ami.Config) { c.MaxListBytes = 4 << 20; c.PingInterval = -1 })
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				done := doing(ctx, conn, action.New(name))
				synctest.Wait()
				if !waits {
					cancel()
					wantError(t, name, (<-done).err, ami.ErrOutcomeUnknown)
				}
				before := heapInUse()
				close(begin)
				synctest.Wait()
				if more := heapInUse() - before; more > 12<<20 {
					t.Errorf("%s, somebody waits: %t: %d MiB are held of %d", name, waits, more>>20, pieces)
				}
				close(over)
				if waits {
					wantError(t, name, (<-done).err, ami.ErrTooManyItems, "lines", "MaxListBytes")
				}
				mustPing(t, conn)
			})
		}
	}
}

// heapInUse is how many bytes are in use.
func heapInUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Before a login nothing is read that is long, whatever it is.
func TestFloodBeforeTheLogin(t *testing.T) {
	const banner = "Asterisk Call Manager/11.0.0\r\n"
	for name, text := range map[string][2]string{
		"a banner without an end": {"", "x"},
		"a block without an end":  {banner, "Key: value\r\n"},
		"a line without an end":   {banner, "Key: "},
		"blocks":                  {banner, "Event: E\r\nPrivilege: user,all\r\n\r\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			flood := &floodConn{begin: text[0], again: strings.Repeat(text[1], 1000), left: 16 << 20}
			_, err := ami.Dial(t.Context(), "pbx", &ami.Config{Username: "u", Secret: secret,
				Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					var server net.Conn
					flood.Conn, server = amitest.Pipe()
					t.Cleanup(func() { _ = server.Close() })
					return flood, nil
				}})
			if err == nil {
				t.Error("Dial succeeded")
			}
			if flood.left > 0 || flood.most > 128<<10 {
				t.Errorf("%s: %d bytes were left, and there was room for %d at once", name, flood.left, flood.most)
			}
		})
	}
}

// floodConn repeats a text, and notes how much room it is given at most.
type floodConn struct {
	net.Conn
	begin, again string
	left, most   int
}

func (f *floodConn) Read(p []byte) (int, error) {
	if f.left <= 0 {
		return f.Conn.Read(p) // until it is closed
	}
	f.most = max(f.most, len(p))
	n := copy(p, f.begin)
	f.begin = f.begin[n:]
	for n < len(p) && f.begin == "" {
		n += copy(p[n:], f.again)
	}
	f.left -= n
	return n, nil
}

// After the login, and not later than its answer, blocks may be as long as
// Config.Limits say.
func TestLimitsBehindTheLogin(t *testing.T) {
	long := strings.Repeat("Key: "+strings.Repeat("y", 100)+"\r\n", 2000) // 200 KB
	srv := serve(t, func(p *amitest.Peer) {
		p.Banner("")
		a := p.Expect("Login")
		p.Write("Response: Success\r\nActionID: " + a.ID() + "\r\nMessage: Authentication accepted\r\n\r\n" +
			"Event: Long\r\nPrivilege: user,all\r\n" + long + "\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\n\r\n")
		p.Handle("Cue", func(p *amitest.Peer, a amitest.Action) {
			p.Write("Event: Long\r\nPrivilege: user,all\r\nText: " + strings.Repeat("z", 10_000) + "\r\n" + long + "\r\n")
			p.Success(a)
		})
		p.Serve()
	})
	conn := dialTo(t, srv, func(c *ami.Config) { c.PlainLogin = true })
	sub := conn.Subscribe(event.Named("Long"), nil)
	mustDo(t, conn, "Cue")
	if got := len(next(t, sub).Fields().String()); got < len(long) || conn.Stats().Oversized != 0 {
		t.Errorf("an event of %d bytes, Stats = %+v", got, conn.Stats())
	}
}

// Text that no end mark ends is over when a later action is answered, and one
// is sent for that: the pings of the connection do not come while events do.
func TestFollowsWithoutItsEnd(t *testing.T) {
	const news = "Event: Own\r\nPrivilege: user,all\r\n\r\n"
	for body, want := range map[string]string{
		"line one\r\n\r\n":                               "line one\r\n",
		"line one\r\n\r\n" + news:                        "line one\r\n",
		"line one\r\n\r\n" + news + "line two\r\n\r\n":   "line one\r\n\nline two\r\n",
		"line one\r\n\r\nline two\r\n\r\n":               "line one\r\n\nline two\r\n",
		"a\r\n\r\nb\r\n\r\nc\r\n--END COMMAND--\r\n\r\n": "a\r\n\nb\r\n\nc\r\n--END COMMAND--\r\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
				a := p.Expect("Own")
				p.Write("Response: Follows\r\nActionID: " + a.ID() + "\r\n" + body)
			})), func(c *ami.Config) { c.PingInterval = -1 })
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			got := <-doing(ctx, conn, action.New("Own"))
			if got.err != nil {
				t.Fatalf("%q: Do = %v", body, got.err)
			}
			if text := got.response.Fields.String(); !strings.HasSuffix(text, "\r\n"+want) {
				t.Errorf("%q: Do = %q, want %q at the end", body, text, want)
			}
			if n := conn.Stats().Orphans; n != 0 {
				t.Errorf("%q: Orphans = %d, want none", body, n)
			}
		})
	}
}

// Of two actions that may be answered by lines nobody knows whose they are.
func TestLinesOfTwoActions(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Expect("One")
		p.Expect("Two")
		p.Write("lines of one of them\r\n\r\n")
	}, func(t *testing.T, c *ami.Conn) {
		one := doing(t.Context(), c, action.New("One"))
		synctest.Wait()
		two := doing(t.Context(), c, action.New("Two"))
		synctest.Wait()
		mustPing(t, c)
		wantError(t, "Do(One)", (<-one).err, ami.ErrNoAnswer)
		wantError(t, "Do(Two)", (<-two).err, ami.ErrNoAnswer)
		if got := c.Stats().Orphans; got != 1 {
			t.Errorf("Orphans = %d, want the lines", got)
		}
	})
}

// What comes before the answer to a later action is one's own, however long it
// takes; a Ping is sent to have such an answer.
func TestLinesInPieces(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Expect("Own")
		p.Write("lines of it\r\n\r\n")
		<-time.After(5 * time.Second)
		p.Write("\r\nmore of it\r\n\r\n")
		p.Expect("Next")
		p.Write("lines of the next\r\n\r\n")
	}, func(t *testing.T, c *ami.Conn) {
		own := doing(t.Context(), c, action.New("Own"))
		synctest.Wait()
		second := doing(t.Context(), c, action.New("Next"))
		for _, test := range []struct {
			done <-chan answer
			want string
		}{{own, "lines of it\r\n\nmore of it\r\n"}, {second, "lines of the next\r\n"}} {
			got := <-test.done
			if got.err != nil || got.response.Fields.String() != test.want {
				t.Errorf("Do = %+v, %v, want %q", got.response, got.err, test.want)
			}
		}
		if got := c.Stats().Orphans; got != 0 {
			t.Errorf("Orphans = %d, want none", got)
		}
	})
}
