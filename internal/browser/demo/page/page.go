// Package page is the screen-pop in front of the call centre, for both demos.
package page

import (
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/callcentre"
)

// Login is the name of the page's manager user; Read and Write are the rights that examples/screenpop asks for.
const (
	Login = "screenpop"
	Read  = "call,agent,dialplan,reporting"
	Write = "call,agent,originate,reporting,system"
)

// Config is what the page needs to know of the centre's PBX.
func Config(out io.Writer, address, username, secret string) app.Config {
	pbx := app.PBX{Address: address, Username: username, Secret: secret, Context: "office", Outside: []string{"PJSIP/" + callcentre.Outside}}
	for _, agent := range callcentre.Agents() {
		pbx.CanAnswer = append(pbx.CanAnswer, "PJSIP/"+agent.Number)
	}
	return app.Config{PBX: pbx, Users: users(), Samples: true, Listen: listen(), Dial: dial(), Numbers: app.Numbers{Country: "1"}, Out: out}
}

// Welcome says what to do with the page.
func Welcome(out io.Writer, url string) {
	fmt.Fprintf(out, "Open %s and sign in: as an agent to see who calls, as the supervisor for the wallboard.\nCtrl-C ends all of it.\n\n", url)
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

// Script shows what people do, and how long the first ring took.
type Script struct {
	out   io.Writer
	began time.Time
	rang  bool
}

// NewScript begins one of a demo that has begun at a time.
func NewScript(out io.Writer, began time.Time) *Script { return &Script{out: out, began: began} }

// Write takes a line. Lines come one at a time.
func (s *Script) Write(line []byte) (int, error) {
	if !s.rang && strings.Contains(string(line), "phone rings") {
		s.rang = true
		fmt.Fprintf(s.out, "(The first phone rings, %.1f s after the start.)\n", time.Since(s.began).Seconds())
	}
	return s.out.Write(line)
}
