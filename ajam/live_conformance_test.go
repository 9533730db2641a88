package ajam_test

import (
	"context"
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/conformance"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// overAMI are the ways in that AJAM has to equal.
var overAMI = []conformance.Door{
	{Name: "Conn", Open: func(ctx context.Context, s *lab.Server, u lab.User, l conformance.Limits) (ami.Session, error) {
		return ami.Dial(ctx, s.AMI(), &ami.Config{Username: u.Name, Secret: u.Secret, MaxListItems: l.MaxListItems})
	}},
	{Name: "Client", Open: func(ctx context.Context, s *lab.Server, u lab.User, l conformance.Limits) (ami.Session, error) {
		return ami.Connect(ctx, s.AMI(), &ami.Config{Username: u.Name, Secret: u.Secret, MaxListItems: l.MaxListItems})
	}},
}

// overHTTP are AJAM with either credential, at the URL of the server.
func overHTTP(v lab.Version, url func(*lab.Server) string, mutate func(*ajam.Config)) []conformance.Door {
	door := func(name string, digest bool) conformance.Door {
		return conformance.Door{Name: name, Fragile: digest && v == lab.V16,
			Open: func(ctx context.Context, s *lab.Server, u lab.User, l conformance.Limits) (ami.Session, error) {
				config := &ajam.Config{Config: ami.Config{Username: u.Name, Secret: u.Secret, MaxListItems: l.MaxListItems}, Digest: digest}
				if mutate != nil {
					mutate(config)
				}
				return ajam.Connect(ctx, url(s), config)
			}}
	}
	return []conformance.Door{door("cookie", false), door("digest", true)}
}

func plain(s *lab.Server) string { return "http://" + s.HTTP() }

func doors(v lab.Version) []conformance.Door {
	return append(overAMI[:len(overAMI):len(overAMI)], overHTTP(v, plain, nil)...)
}

// The one suite, over every way in.
func TestLiveConformance(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, conformance.Config())
			for _, door := range doors(v) {
				t.Run(door.Name, func(t *testing.T) { conformance.Test(t, s, door) })
			}
		})
	}
}

// A type of a user's own around a session passes the suite, too, and nothing is
// left right after its Close. It is not parallel, for that would find what others
// have open.
func TestLiveConformanceOfAWrapper(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, conformance.Config())
			for _, door := range doors(v) {
				if lab.Full() || door.Name == "Client" && v == lab.V16 || door.Name == "cookie" && v == lab.V22 {
					t.Run(door.Name, func(t *testing.T) { conformance.Test(t, s, door.Wrapped()) })
				}
			}
		})
	}
}
