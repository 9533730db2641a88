package leak_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/transport"
)

// verdict keeps what a check says.
type verdict struct {
	testing.TB
	said string
}

func (v *verdict) Helper() {}

func (v *verdict) Errorf(_ string, args ...any) { v.said += args[1].(string) }

func none(t *testing.T) string {
	v := &verdict{TB: t}
	leak.None(v)
	return v.said
}

// waiting has a goroutine wait in the SDK until the test ends it.
func waiting(t *testing.T, group *sync.WaitGroup) (end func()) {
	t.Helper()
	ours, theirs := net.Pipe()
	reader := transport.NewReader(ours, nil)
	group.Go(func() { _, _ = reader.Next() })
	if _, err := theirs.Write([]byte("Event: half of")); err != nil { // returns once Next has read it
		t.Fatal(err)
	}
	return func() { theirs.Close() }
}

func TestNoneTellsWhoWaits(t *testing.T) {
	srv, err := amitest.Listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	if said := none(t); !strings.Contains(said, "amitest.(*Server).accept") {
		t.Errorf("with a server that accepts: %q", said)
	}
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if said := none(t); said != "" {
		t.Errorf("after its Close: %s", said)
	}
}

// A goroutine on its last lines is not left behind, however often one looks.
func TestNoneWaitsForLastLines(t *testing.T) {
	for range 500 {
		srv, err := amitest.Listen(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := srv.Close(); err != nil {
			t.Fatal(err)
		}
		leak.None(t)
	}
}

func TestNoneInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.NewServer(nil)
		conn, err := srv.Dial(t.Context(), "tcp", "")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if none(t) == "" {
			t.Error("None is silent while a server waits for a login")
		}
		_ = srv.Close()
		leak.None(t)
	})
}

// What tests start themselves is their own affair, even if it waits in the SDK.
func TestNoneLeavesOutTests(t *testing.T) {
	var group sync.WaitGroup
	end := waiting(t, &group)
	if said := none(t); said != "" {
		t.Errorf("for a goroutine of the test: %s", said)
	}
	end()
	group.Wait()
}

// An idle connection's goroutines are net/http's.
func TestNoneLeavesOutIdleConnections(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }))
	defer srv.Close()
	client := srv.Client()
	reply, err := client.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, reply.Body)
	reply.Body.Close()
	if said := none(t); said != "" {
		t.Errorf("with an idle connection: %s", said)
	}
}
