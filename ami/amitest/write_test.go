package amitest_test

import (
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func TestListLayout(t *testing.T) {
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Login()
		p.List(p.Expect("CoreShowChannels"), "CoreShowChannelsComplete",
			[]string{"Event", "CoreShowChannel", "Channel", "PJSIP/1-1"},
			[]string{"Event", "CoreShowChannel", "Channel", "PJSIP/1-2"})
		p.List(p.Expect("Agents"), "AgentsComplete")
		p.Serve()
	})
	c := loggedIn(t, srv)
	c.send("Action: CoreShowChannels", "ActionID: 9")
	c.want("Response: Success", "ActionID: 9", "EventList: start", "Message: Items will follow")
	c.want("Event: CoreShowChannel", "ActionID: 9", "Channel: PJSIP/1-1")
	c.want("Event: CoreShowChannel", "ActionID: 9", "Channel: PJSIP/1-2")
	c.want("Event: CoreShowChannelsComplete", "ActionID: 9", "EventList: Complete", "ListItems: 2")
	c.send("Action: Agents")
	c.want("Response: Success", "EventList: start", "Message: Items will follow")
	c.want("Event: AgentsComplete", "EventList: Complete", "ListItems: 0")
}

func TestEmitWritesAnything(t *testing.T) {
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Banner("OpenPBX Call Manager/1.0")
		p.Emit("Event", "Odd", "Empty", "", "no colon here")
		p.Login() // without a second banner
		p.Serve()
	})
	c := dial(t, srv)
	c.line("OpenPBX Call Manager/1.0")
	c.want("Event: Odd", "Empty: ", "no colon here")
	c.send("Action: Login", "Events: off")
	c.want("Response: Success", "Message: Authentication accepted")
}

func TestWriteChunksDecidesTheReads(t *testing.T) {
	for _, test := range []struct {
		sizes []int
		want  []string
	}{
		{nil, []string{"abcdef"}},
		{[]int{1}, []string{"a", "b", "c", "d", "e", "f"}},
		{[]int{2, 0}, []string{"ab", "cdef"}},
		{[]int{1, 2}, []string{"a", "bc", "d", "ef"}},
		{[]int{99}, []string{"abcdef"}},
	} {
		srv := amitest.Start(t, func(p *amitest.Peer) { p.WriteChunks("abcdef", test.sizes...) })
		c := dial(t, srv)
		buf := make([]byte, 64)
		for _, want := range test.want {
			if n, err := c.conn.Read(buf); string(buf[:n]) != want || err != nil {
				t.Errorf("sizes %v: Read() = %q, %v, want %q", test.sizes, buf[:n], err, want)
			}
		}
	}
}

func TestWritersDoNotMix(t *testing.T) {
	const writers, times = 4, 100
	peers := make(chan *amitest.Peer, 1)
	c := loggedIn(t, amitest.Start(t, func(p *amitest.Peer) {
		p.Login()
		peers <- p
		p.Serve()
	}))
	p := <-peers
	var writing sync.WaitGroup
	for i := range writers {
		value := string(rune('a' + i))
		writing.Go(func() {
			for range times {
				p.Emit("Event", value, "Same", value)
			}
		})
	}
	for range writers * times {
		if f := c.next(); f.Get("Event") != f.Get("Same") {
			t.Fatalf("mixed: %q", f)
		}
	}
	writing.Wait()
}
