package amitest_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func TestPipeKeepsOrderAndWrites(t *testing.T) {
	client, server := amitest.Pipe()
	for _, text := range []string{"ab", "", "c", "def"} {
		if n, err := io.WriteString(client, text); n != len(text) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", text, n, err)
		}
	}
	buf := make([]byte, 2)
	for _, want := range []string{"ab", "c", "de", "f"} {
		n, err := server.Read(buf)
		if string(buf[:n]) != want || err != nil {
			t.Errorf("Read() = %q, %v, want %q", buf[:n], err, want)
		}
	}
}

func TestPipeReadsTheRestAfterClose(t *testing.T) {
	client, server := amitest.Pipe()
	_, _ = io.WriteString(client, "last words")
	_ = client.Close()
	_ = client.Close()
	if text, err := io.ReadAll(server); string(text) != "last words" || err != nil {
		t.Errorf("ReadAll() = %q, %v", text, err)
	}
	if _, err := io.WriteString(server, "anyone?"); err == nil {
		t.Error("Write to a closed side succeeded")
	}
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read after Close = %v, want %v", err, net.ErrClosed)
	}
	if _, err := client.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Write after Close = %v, want %v", err, net.ErrClosed)
	}
}

func TestPipeWriteWaitsWhenFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := amitest.PipeSize(4)
		written := make(chan error, 1)
		go func() {
			_, err := io.WriteString(client, "0123456789")
			written <- err
		}()
		synctest.Wait()
		select {
		case err := <-written:
			t.Fatalf("Write of 10 bytes into 4 returned %v", err)
		default:
		}
		buf := make([]byte, 10)
		if _, err := io.ReadFull(server, buf); err != nil || string(buf) != "0123456789" {
			t.Errorf("ReadFull() = %q, %v", buf, err)
		}
		if err := <-written; err != nil {
			t.Error(err)
		}
	})
}

func TestPipeCloseFreesWhoWaits(t *testing.T) {
	for _, closer := range []string{"client", "server"} {
		synctest.Test(t, func(t *testing.T) {
			client, server := amitest.PipeSize(1)
			errs := make(chan error, 2)
			go func() {
				_, err := client.Read(make([]byte, 1))
				errs <- err
			}()
			go func() {
				_, err := client.Write(make([]byte, 8))
				errs <- err
			}()
			synctest.Wait()
			_ = map[string]net.Conn{"client": client, "server": server}[closer].Close()
			for range 2 {
				if err := <-errs; err == nil {
					t.Errorf("%s closed, and a call went on", closer)
				}
			}
		})
	}
}

func TestPipeDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := amitest.PipeSize(1)
		start := time.Now()
		_ = client.SetDeadline(start.Add(time.Second))
		_, err := client.Read(make([]byte, 1))
		var timeout net.Error
		if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("Read() = %v, want a timeout", err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("Read took %v, want 1s", took)
		}
		_ = client.SetWriteDeadline(start.Add(3 * time.Second))
		if n, err := client.Write([]byte("ab")); n != 1 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write() = %d, %v, want 1 and a timeout", n, err)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("Write ended after %v, want 3s", took)
		}
		_ = client.SetReadDeadline(time.Time{})
		_, _ = server.Write([]byte("x"))
		if n, err := client.Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("Read without deadline = %d, %v", n, err)
		}
	})
}

func TestPipeDeadlineMovedDuringARead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := amitest.Pipe()
		start := time.Now()
		_ = client.SetReadDeadline(start.Add(time.Hour))
		ended := make(chan error, 1)
		go func() {
			_, err := client.Read(make([]byte, 1))
			ended <- err
		}()
		synctest.Wait()
		_ = client.SetReadDeadline(start)
		if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) || !time.Now().Equal(start) {
			t.Errorf("Read() = %v after %v", err, time.Since(start))
		}
	})
}

func TestPipeWritesDoNotMix(t *testing.T) {
	client, server := amitest.PipeSize(7)
	const writers, times = 4, 50
	var writing sync.WaitGroup
	for i := range writers {
		text := []byte(strings.Repeat(string(rune('a'+i)), 10))
		writing.Go(func() {
			for range times {
				_, _ = client.Write(text)
			}
		})
	}
	all := make([]byte, writers*times*10)
	if _, err := io.ReadFull(server, all); err != nil {
		t.Fatal(err)
	}
	writing.Wait()
	for i := 0; i < len(all); i += 10 {
		if piece := all[i : i+10]; bytes.Count(piece, piece[:1]) != 10 {
			t.Fatalf("at %d: %q", i, piece)
		}
	}
}

func TestPipeAddresses(t *testing.T) {
	client, server := amitest.Pipe()
	if client.RemoteAddr() != server.LocalAddr() || server.RemoteAddr() != client.LocalAddr() {
		t.Error("the ends do not name each other")
	}
	if _, _, err := net.SplitHostPort(client.RemoteAddr().String()); err != nil {
		t.Error(err)
	}
}
