package pbxtest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/memconn"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// Whatever clients send, others are served, and nothing is left of them.
func TestHostileBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{AuthLimit: 1000})
		for seed := range uint64(200) {
			begin := raw
			if seed%2 == 0 {
				begin = rawLogin
			}
			conn := begin(t, pbx)
			// Ends with the connection.
			go func() { _, _ = io.Copy(io.Discard, conn) }()
			_, _ = conn.Write(hostile(rand.New(rand.NewPCG(seed, 0)))) // it may have been ended
			if seed%20 == 0 {
				served(t, client)
			}
			_ = conn.Close()
		}
		time.Sleep(time.Minute) // a login that is refused, and an Originate, hold their sessions for a while, as Asterisk does
		sessions(t, pbx, 1, 0)
		if n := pbx.Waiting(); n > 0 {
			t.Errorf("%d bytes wait for nobody", n)
		}
	})
}

// hostile is what no client should send.
func hostile(random *rand.Rand) []byte {
	parts := []string{"Action: ", "action:", "Originate", "Filter", "UserEvent", "\r\n", "\r\n\r\n", "\n", "\x00", "ActionID: 1\r\n", "Variable: A=${A}${A}\r\n",
		"Channel: Local/1@office\r\n", "Exten: 101\r\nContext: office\r\nPriority: 1\r\n", "Operation: Add\r\nFilter: ((a*)*)*\r\n", "EventMask: ,,,\r\n",
		strings.Repeat("x", 1500), strings.Repeat("K: v\r\n", 129), "Login", "Challenge", "AuthType: MD5\r\n", "Setvar", "Redirect", "Timeout: -9223372036854775808\r\n"}
	var text []byte
	for range 100 {
		if random.IntN(10) == 0 {
			text = append(text, byte(random.Uint32()))
		}
		text = append(text, parts[random.IntN(len(parts))]...)
	}
	return append(text, "\r\n\r\n"...)
}

// Filters of a client are bounded, whose expressions every event has to go through.
func TestFiltersLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{})
		conn := rawLogin(t, pbx)
		input := bufio.NewReader(conn)
		refused := 0
		for n := range 200 {
			if _, err := fmt.Fprintf(conn, "Action: Filter\r\nActionID: f%d\r\nOperation: Add\r\nFilter: Channel: PJSIP/[0-9]*-%d\r\n\r\n", n, n); err != nil {
				t.Fatal(err)
			}
		}
		for answers := 0; answers < 200; {
			line, err := input.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(line, "ActionID: f") {
				answers++
			}
			if strings.HasPrefix(line, "Message: Filter did not compile.") {
				refused++
			}
		}
		if refused < 100 || refused > 170 {
			t.Errorf("%d of 200 filters are refused", refused)
		}
		served(t, client)
	})
}

// HTTP clients without a cookie begin a session each, which end by themselves.
func TestWebSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{})
		codes := make(map[int]int)
		for range 200 {
			codes[get(t, pbx, nil, "Ping").StatusCode]++
		}
		if codes[http.StatusOK] != 50 || codes[http.StatusServiceUnavailable] != 150 {
			t.Errorf("%v, want 50 that are served and 150 that are not", codes)
		}
		sessions(t, pbx, 51, 50)
		time.Sleep(6 * time.Second)
		sessions(t, pbx, 1, 0)
		served(t, client)
	})
}

// Events that an HTTP client never asks for end its session.
func TestWebEventsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{Unread: 1 << 20})
		login := get(t, pbx, nil, "Login&Events=on&Username="+pbxtest.Admin.Name+"&Secret="+pbxtest.Admin.Secret)
		cookies := login.Cookies()
		sessions(t, pbx, 2, 0)
		flood(t, client, 500)
		synctest.Wait()
		if n := pbx.Waiting(); n < 400<<10 {
			t.Errorf("%d bytes wait for WaitEvent, want 500 events", n)
		}
		if body, _ := io.ReadAll(get(t, pbx, cookies, "WaitEvent").Body); strings.Count(string(body), "Event: UserEvent") != 500 {
			t.Errorf("WaitEvent has %d bytes, want 500 events", len(body))
		}
		flood(t, client, 1500)
		sessions(t, pbx, 1, 0)
		if n := pbx.Waiting(); n > 0 {
			t.Errorf("%d bytes wait for nobody", n)
		}
		served(t, client)
	})
}

// get does an action over HTTP.
func get(t *testing.T, pbx *pbxtest.PBX, cookies []*http.Cookie, action string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://pbx/rawman?Action="+action, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	response, err := pbx.HTTPClient().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close() // it is in memory
	return response
}

// memoryListener has connections in memory accepted.
type memoryListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *memoryListener) Close() error   { close(l.done); return nil }
func (l *memoryListener) Addr() net.Addr { return memconn.ServerAddr }

// An HTTP client that stalls in the middle of its parameters does not hold a goroutine for long.
func TestWebStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, _ := limited(t, pbxtest.Limits{})
		l := &memoryListener{make(chan net.Conn), make(chan struct{})}
		server := &http.Server{Handler: pbx}
		served := make(chan error, 1)
		// Ends with the server.
		go func() { served <- server.Serve(l) }()
		client, conn := memconn.Pipe(0)
		l.conns <- conn
		if _, err := io.WriteString(client, "POST /rawman HTTP/1.1\r\nHost: pbx\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nAction"); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, _ = io.Copy(io.Discard, client)
		if took := time.Since(began); took > 65*time.Second {
			t.Errorf("a request that stalls ends after %v", took)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
}

// programs is a PBX whose calls of 7 run a program that the test is.
func programs(t *testing.T) (*pbxtest.PBX, chan net.Conn) {
	t.Helper()
	conns := make(chan net.Conn, 1)
	config := pbxtest.Config{
		Phones:   []pbxtest.Phone{{ID: "100", Context: "office"}},
		Dialplan: "[office]\nexten => 7,1,Answer()\n same => n,AGI(agi://ivr/menu)\n same => n,Hangup()\n",
		Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := memconn.Pipe(4 << 10)
			conns <- server
			return client, nil
		},
	}
	pbx, _ := open(t, &config)
	return pbx, conns
}

// A program that says nothing keeps its call; one that reads nothing is left.
func TestAGIStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, conns := programs(t)
		call := take(t, pbx, "100").call("7")
		silent := <-conns
		time.Sleep(time.Hour)
		if n := pbx.Channels(); n != 1 {
			t.Errorf("there are %d channels, want the one whose program says nothing", n)
		}
		_ = silent.Close()
		synctest.Wait()
		if n := pbx.Channels(); n != 0 {
			t.Errorf("there are %d channels though the program has ended", n)
		}
		_ = call // it has ended

		take(t, pbx, "100").call("7")
		deaf := <-conns
		written := 0
		for range 10_000 {
			_ = deaf.SetWriteDeadline(time.Now().Add(time.Minute))
			n, err := deaf.Write([]byte("NOOP\n"))
			if written += n; err != nil {
				break
			}
		}
		if written > 10_000 { // 4 KiB wait for the PBX to read
			t.Errorf("%d bytes of a program that reads nothing were taken", written)
		}
		time.Sleep(time.Minute)
		if n := pbx.Channels(); n != 0 {
			t.Errorf("there are %d channels though the program reads nothing", n)
		}
	})
}

// Commands that come before the last one has its answer are run in their order, and a line without end is cut into commands.
func TestAGIFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, conns := programs(t)
		take(t, pbx, "100").call("7")
		program := <-conns
		input := bufio.NewReader(program)
		for {
			line, err := input.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if line == "\n" {
				break
			}
		}
		// Ends with the connection.
		go func() {
			_, _ = io.WriteString(program, "EXEC Wait 5\nSET VARIABLE A 1\nGET VARIABLE A\nbroken\n"+strings.Repeat("x", 100_000)+"\nNOOP\n")
		}()
		began, unknown := time.Now(), 0
		for _, want := range []string{"200 result=0", "200 result=1", "200 result=1 (1)", "510 Invalid or unknown command"} {
			line, err := input.ReadString('\n')
			if err != nil || strings.TrimSpace(line) != want {
				t.Fatalf("%q, %v, want %q", line, err, want)
			}
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("Wait took %v", took)
		}
		for {
			line, err := input.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if line == "200 result=0\n" {
				break
			}
			unknown++
		}
		if unknown != 13 { // 8191 bytes each
			t.Errorf("100,000 bytes are %d commands, want 13", unknown)
		}
		_ = program.Close()
	})
}
