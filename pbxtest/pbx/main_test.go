package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, nil) }

// TestRun starts the program, and reaches what it says by what it says.
func TestRun(t *testing.T) {
	set, err := parse([]string{"-seed", "3", "-asterisk", "16"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	output, told := io.Pipe()
	ended := make(chan error, 1)
	// Ends with ctx.
	go func() { ended <- run(ctx, set, told) }()
	defer func() {
		stop()
		_ = output.Close() // nobody reads what is told
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	said, lines := make(map[string]string), bufio.NewScanner(output)
	for said["secret"] == "" && lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), " ")
		said[key] = strings.TrimSpace(value)
	}
	config := ami.Config{Username: said["user"], Secret: said["secret"]}
	client, err := ami.Connect(ctx, said["AMI"], &config)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	about, err := ami.Ask(ctx, client, action.CoreSettings{})
	if err != nil || about.Version.Major != 16 {
		t.Errorf("CoreSettings = %+v, %v, want an Asterisk 16", about, err)
	}
	web, err := ajam.Connect(ctx, said["AJAM"], &ajam.Config{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	if _, err := ami.List(ctx, web, action.CoreShowChannels{}); err != nil {
		t.Error(err)
	}
	rings := client.Subscribe(event.Named("Newchannel", "Newstate", "BridgeEnter", "BridgeLeave"), nil)
	// Somebody calls within some seconds, though nobody reads what is told.
	if _, err := rings.Next(ctx); err != nil {
		t.Error(err)
	}
}

func TestParse(t *testing.T) {
	for _, wrong := range [][]string{{"-asterisk", "18"}, {"more"}, {"-ami", "x"}} {
		if _, err := parse(wrong, io.Discard); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}
