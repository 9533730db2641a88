package app

import (
	"fmt"
	"slices"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
)

// Roles of users.
const (
	RoleAgent      = "agent"      // sees the own devices, the own queues, and what rings at the team
	RoleSupervisor = "supervisor" // sees the wallboard and all calls of the team, and pauses and logs in others
)

// User is somebody who may sign in.
type User struct {
	ID      string   `json:"id"` // what is typed at the sign-in
	Name    string   `json:"name"`
	Role    string   `json:"role"`              // RoleAgent or RoleSupervisor
	Devices []string `json:"devices,omitempty"` // as PJSIP/100
	Queues  []string `json:"queues,omitempty"`  // [gateway.All] for all
	// Team are the devices of others whose calls an agent may pick up, and a supervisor sees; [gateway.All] for all.
	Team []string `json:"team,omitempty"`
	// Password is made, and told once, if it is empty.
	Password string `json:"password,omitempty"`
}

func checkUsers(users []User) error {
	seen := map[string]bool{}
	for _, u := range users {
		switch {
		case u.ID == "" || len(u.ID) > maxText:
			return fmt.Errorf("a user has no ID, or a long one: %.20q", u.ID)
		case seen[u.ID]:
			return fmt.Errorf("user %s is there twice", u.ID)
		case u.Role != RoleAgent && u.Role != RoleSupervisor:
			return fmt.Errorf("user %s: role %q, want %s or %s", u.ID, u.Role, RoleAgent, RoleSupervisor)
		case len(u.Password) > longestPassword:
			return fmt.Errorf("user %s: the password is longer than %d bytes", u.ID, longestPassword)
		}
		seen[u.ID] = true
	}
	return nil
}

// refs names things of a server.
func refs(server string, names []string) []gateway.Ref {
	found := make([]gateway.Ref, 0, len(names))
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		found = append(found, gateway.Ref{Server: server, Name: name})
	}
	return found
}
