package pbxtest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// limited is a PBX with an office and limits, in memory, with a client.
func limited(t *testing.T, limits pbxtest.Limits) (*pbxtest.PBX, *ami.Client) {
	t.Helper()
	config := office
	config.Limits = limits
	return open(t, &config)
}

// raw is a connection of a client that does not behave.
func raw(t *testing.T, pbx *pbxtest.PBX) net.Conn {
	t.Helper()
	conn, err := pbx.Dial(t.Context(), "tcp", "pbx")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// rawLogin is raw for one that logs in first, and reads nothing.
func rawLogin(t *testing.T, pbx *pbxtest.PBX) net.Conn {
	t.Helper()
	conn := raw(t, pbx)
	if _, err := fmt.Fprintf(conn, "Action: Login\r\nUsername: %s\r\nSecret: %s\r\n\r\n", pbxtest.Admin.Name, pbxtest.Admin.Secret); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return conn
}

// served fails unless a client is.
func served(t *testing.T, client *ami.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := client.Do(ctx, action.Ping{}); err != nil {
		t.Errorf("another client's Ping = %v", err)
	}
}

// sessions fails unless there are so many.
func sessions(t *testing.T, pbx *pbxtest.PBX, want, strangers int) {
	t.Helper()
	synctest.Wait()
	if got, gotStrangers := pbx.Sessions(); got != want || gotStrangers != strangers {
		t.Errorf("there are %d sessions, %d of which have not logged in; want %d and %d", got, gotStrangers, want, strangers)
	}
}

// flood has a client send everybody events of 1 KB.
func flood(t *testing.T, client *ami.Client, events int) {
	t.Helper()
	for n := range events {
		if _, err := client.Do(t.Context(), action.New("UserEvent", "UserEvent", "Flood", "Number", fmt.Sprint(n), "Text", strings.Repeat("x", 900))); err != nil {
			t.Fatalf("UserEvent %d = %v", n, err)
		}
	}
}

// Of 1,000 that connect at once as many may log in as authlimit says; the others are closed without a word, and those that do not log in later.
func TestAuthLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{})
		welcome := 0
		for range 1000 {
			conn := raw(t, pbx)
			if line, err := bufio.NewReader(conn).ReadString('\n'); err == nil && strings.HasPrefix(line, "Asterisk Call Manager/") {
				welcome++
			} else if err != io.EOF || line != "" {
				t.Fatalf("a connection too many has %q, %v; want nothing", line, err)
			}
		}
		if welcome != 50 {
			t.Errorf("%d may log in, want 50", welcome)
		}
		sessions(t, pbx, 51, 50)
		served(t, client)
		time.Sleep(31 * time.Second)
		sessions(t, pbx, 1, 0)
		_, second := connect(t, pbx)
		served(t, second)
		synctest.Wait() // until the PBX knows that the answer is written
		if n := pbx.Waiting(); n > 0 {
			t.Errorf("%d bytes wait for nobody", n)
		}
	})
}

func TestSessionsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{Sessions: 3})
		first, second := rawLogin(t, pbx), rawLogin(t, pbx)
		if _, err := bufio.NewReader(raw(t, pbx)).ReadByte(); err != io.EOF {
			t.Errorf("the fourth connection has %v, want io.EOF", err)
		}
		sessions(t, pbx, 3, 0)
		_, _ = first.Close(), second.Close()
		sessions(t, pbx, 1, 0)
		rawLogin(t, pbx)
		sessions(t, pbx, 2, 0)
		served(t, client)
	})
}

// Who reads nothing is ended; who reads has it all.
func TestWriteTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{WriteTimeout: 3 * time.Second})
		events := client.Subscribe(event.Of[event.UserEvent](), &ami.SubscribeConfig{Limit: 4000})
		rawLogin(t, pbx)
		flood(t, client, 3000)
		sessions(t, pbx, 2, 0)
		if n := pbx.Waiting(); n < 1<<20 {
			t.Errorf("%d bytes wait for who reads nothing, want what the connection has no room for", n)
		}
		time.Sleep(4 * time.Second)
		sessions(t, pbx, 1, 0)
		for n := range 3000 {
			if _, err := events.Next(t.Context()); err != nil {
				t.Fatalf("event %d: %v", n, err)
			}
		}
		if missed := events.Stats().Missed; missed > 0 || pbx.Waiting() > 0 {
			t.Errorf("%d events were missed, %d bytes wait", missed, pbx.Waiting())
		}
	})
}

// Of those that read nothing the slowest is ended once too much waits for all of them.
func TestUnreadLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 1 << 20
		pbx, client := limited(t, pbxtest.Limits{Unread: limit, WriteTimeout: time.Hour})
		rawLogin(t, pbx)
		most := 0
		for n := range 50 {
			flood(t, client, 100)
			most = max(most, pbx.Waiting())
			if n == 10 {
				rawLogin(t, pbx)
			}
		}
		sessions(t, pbx, 1, 0)
		if most < limit/2 || most > limit {
			t.Errorf("%d bytes have waited at most; the limit is %d", most, limit)
		}
		if n := pbx.Waiting(); n > 0 {
			t.Errorf("%d bytes wait", n)
		}
		served(t, client)
	})
}

// Events that wait for the end of an action count, too.
func TestUnreadLimitOfAnAction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{Unread: 1 << 20})
		conn := rawLogin(t, pbx)
		if _, err := io.WriteString(conn, "Action: Originate\r\nChannel: PJSIP/103\r\nApplication: Wait\r\nData: 1\r\nTimeout: 100000000\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		flood(t, client, 2000)
		sessions(t, pbx, 1, 0)
		if n := pbx.Waiting(); n > 0 {
			t.Errorf("%d bytes wait", n)
		}
	})
}

// Actions of who does not read the answers are not read either.
func TestFloodOfActions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{})
		conn := rawLogin(t, pbx)
		written := make(chan int, 1)
		// Ends when the connection is.
		go func() {
			pings := 0
			for {
				if _, err := io.WriteString(conn, "Action: Ping\r\n\r\n"); err != nil {
					written <- pings
					return
				}
				pings++
			}
		}()
		synctest.Wait()
		if n := pbx.Waiting(); n > 2<<20 {
			t.Errorf("%d bytes wait for one client", n)
		}
		served(t, client)
		time.Sleep(11 * time.Second)
		sessions(t, pbx, 1, 0)
		if pings := <-written; pings > 200_000 {
			t.Errorf("%d actions were taken of a client that reads no answers", pings)
		}
		served(t, client)
	})
}

func TestChannelsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := limited(t, pbxtest.Limits{Channels: 10})
		responses := client.Subscribe(event.Of[event.OriginateResponse](), nil)
		for range 100 {
			if _, err := client.Do(t.Context(), action.New("Originate", "Channel", "PJSIP/103", "Application", "Wait", "Data", "1", "Timeout", "60000", "Async", "true")); err != nil {
				t.Fatal(err)
			}
		}
		if n := pbx.Channels(); n != 10 {
			t.Errorf("there are %d channels, want 10", n)
		}
		for range 90 {
			if e, err := responses.Next(t.Context()); err != nil || e.(event.OriginateResponse).Response != "Failure" {
				t.Fatalf("%v, %v, want a Failure", e, err)
			}
		}
		if _, err := take(t, pbx, "100").Call("101"); err == nil {
			t.Error("a phone calls though there are too many channels")
		}
	})
}

func TestVariablesLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client := limited(t, pbxtest.Limits{Variables: 10_000})
		set := func(name string) error {
			_, err := client.Do(t.Context(), action.New("Setvar", "Variable", name, "Value", strings.Repeat("x", 900)))
			return err
		}
		refused := 0
		for n := range 100 {
			if set(fmt.Sprint("V", n)) != nil {
				refused++
			}
		}
		if refused < 89 || refused > 91 {
			t.Errorf("%d of 100 variables are refused, want 90", refused)
		}
		if err := set("V0"); err != nil {
			t.Errorf("a variable that there is can't be set: %v", err)
		}
	})
}

func TestLimitsAreChecked(t *testing.T) {
	_, err := pbxtest.New(&pbxtest.Config{Limits: pbxtest.Limits{Unread: -1, AuthTimeout: -time.Second}})
	if err == nil || !strings.Contains(err.Error(), "Limits.Unread is -1") || !strings.Contains(err.Error(), "Limits.AuthTimeout is -1s") {
		t.Error(err)
	}
}
