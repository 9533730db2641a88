package lab

import (
	"crypto/rand"
	"strings"
)

// User is a manager user. Read and Write are lists as in manager.conf, empty means no rights; Lines are further
// lines for the user's section. An empty Secret in a Config is filled in.
type User struct {
	Name, Secret string
	Read, Write  string
	Lines        string
}

// notSystem is every event class but system.
const notSystem = "call,log,verbose,command,agent,user,config,dtmf,reporting,cdr,dialplan,originate,agi,cc,aoc,test,security,message"

// standardUsers is who can log in to every server of the lab.
func standardUsers() []User {
	return []User{
		{Name: "all", Read: "all", Write: "all", Lines: "writetimeout = 2000"},
		{Name: "nosystem", Read: notSystem, Write: "all"},
		{Name: "nocall", Read: "system,user", Write: "all"},
		{Name: "readonly", Read: "all"},
		{Name: "noread", Write: "all"},
		{Name: "single", Read: "all", Write: "all", Lines: "allowmultiplelogin = no"},
		{Name: "crm", Read: "call,user,reporting", Write: "call,originate,reporting"},
		{Name: "impatient", Read: "all", Write: "all", Lines: "writetimeout = 100"},
	}
}

// usersWith adds a config's users to the standard ones and gives everyone a secret.
func usersWith(more []User) []User {
	users := standardUsers()
	for _, u := range more {
		if at := find(users, u.Name); at >= 0 {
			users[at] = u
		} else {
			users = append(users, u)
		}
	}
	for i := range users {
		if users[i].Secret == "" {
			users[i].Secret = strings.ToLower(rand.Text())
		}
	}
	return users
}

func find(users []User, name string) int {
	for i, u := range users {
		if u.Name == name {
			return i
		}
	}
	return -1
}
