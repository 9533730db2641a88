// Demo is a call centre to look at: a real Asterisk with agents, customers and queues, and the page of examples/screenpop
// in front of it, until Ctrl-C.
//
//	make demo
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua/centre"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	began := time.Now()
	if err := lab.InstallBuilder(ctx, out); err != nil {
		return err
	}
	c, err := centre.New(&centre.Options{Wrapup: 3})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	fmt.Fprintln(out, "Starting Asterisk 22 (the first time, its packages are fetched and unpacked: about half a minute).")
	s, err := lab.Open(ctx, lab.V22, c.Config(), out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := c.Open(ctx, s); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	var playing sync.WaitGroup
	defer playing.Wait()
	defer end()
	told := &script{out: out, began: began}
	return app.Run(ctx, app.Config{
		PBX: pbx(s), Users: users(), Samples: true, Listen: listen(), Dial: dial(), Numbers: app.Numbers{Country: "1"}, Out: out,
		Started: func(url string, _ []app.SignIn) {
			fmt.Fprintf(out, "Open %s and sign in: as an agent to see who calls, as the supervisor for the wallboard.\nCtrl-C ends all of it.\n\n", url)
			// Ends with ctx; run waits for it.
			playing.Go(func() { c.Play(ctx, 1, told) })
		},
	})
}

// pbx is how the page reaches the centre.
func pbx(s *lab.Server) app.PBX {
	login := s.User(centre.Login)
	config := app.PBX{Address: s.AMI(), Username: login.Name, Secret: login.Secret, Context: "office", Outside: []string{"PJSIP/outside"}}
	for _, agent := range callcentre.Agents() {
		config.CanAnswer = append(config.CanAnswer, "PJSIP/"+agent.Number)
	}
	return config
}

// dial is what users may dial: each other, queues, conferences, parked calls and customers. The dialplan has no other numbers.
func dial() []string { return []string{"10X", "20X", "30X", "7[0-2]X", "+X."} }

// users are the agents, by their first names.
func users() []app.User {
	var all []app.User
	for _, agent := range callcentre.Agents() {
		first, _, _ := strings.Cut(agent.Name, " ")
		user := app.User{ID: strings.ToLower(first), Name: agent.Name, Role: app.RoleAgent, Devices: []string{"PJSIP/" + agent.Number},
			Queues: agent.Queues, Team: []string{"*"}}
		if len(agent.Queues) == 0 {
			user.Role, user.Queues = app.RoleSupervisor, []string{"*"}
		}
		all = append(all, user)
	}
	return all
}

// listen is where the page is, unless something else is there.
func listen() string {
	const usual = "127.0.0.1:8080"
	listener, err := net.Listen("tcp", usual)
	if err != nil {
		return "127.0.0.1:0"
	}
	_ = listener.Close()
	return usual
}

// script shows what people do, and how long the first ring took.
type script struct {
	out   io.Writer
	began time.Time
	rang  bool
}

// Write takes a line. Lines come one at a time.
func (s *script) Write(line []byte) (int, error) {
	if !s.rang && strings.Contains(string(line), "phone rings") {
		s.rang = true
		fmt.Fprintf(s.out, "(The first phone rings, %.1f s after the start.)\n", time.Since(s.began).Seconds())
	}
	return s.out.Write(line)
}
