package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, nil) }

// TestDemo starts the demo, signs in as it says, and has the page told of a call.
func TestDemo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	output, told := io.Pipe()
	ended := make(chan error, 1)
	// Ends with ctx.
	go func() { ended <- run(ctx, told) }()
	defer func() {
		stop()
		_ = output.Close() // nobody reads what is told
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	url, password := "", ""
	for lines := bufio.NewScanner(output); lines.Scan() && !strings.HasPrefix(lines.Text(), "Ctrl-C"); {
		line := lines.Text()
		if strings.HasPrefix(line, "http://") {
			url = line
		}
		if words := strings.Fields(line); len(words) > 1 && words[0] == `"ann"` {
			password = words[1]
		}
	}
	// Ends with the pipe.
	go func() { _, _ = io.Copy(io.Discard, output) }()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	defer client.CloseIdleConnections()
	post(t, ctx, client, url+"/api/session", url, fmt.Sprintf(`{"name":"ann","password":%q}`, password)).Close()
	stream := post(t, ctx, client, url+"/pbx/stream", url, `{"type":"hello","versions":[1]}`)
	defer stream.Close()
	for messages := bufio.NewReader(stream); ; {
		line, err := messages.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(line, []byte(`"device":"PJSIP/101","side":"ours"`)) && bytes.Contains(line, []byte("GRACE OKAFOR")) {
			return
		}
	}
}

// post returns what is answered with success.
func post(t *testing.T, ctx context.Context, client *http.Client, to, origin, body string) io.ReadCloser {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", origin)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", to, response.Status)
	}
	return response.Body
}
