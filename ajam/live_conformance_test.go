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
var overAMI = []conformance.Connector{
	{Name: "Conn", Open: func(ctx context.Context, s *lab.Server, u lab.User, l conformance.Limits) (ami.Session, error) {
		return ami.Dial(ctx, s.AMI(), &ami.Config{Username: u.Name, Secret: u.Secret, MaxListItems: l.MaxListItems})
	}},
	{Name: "Client", Open: func(ctx context.Context, s *lab.Server, u lab.User, l conformance.Limits) (ami.Session, error) {
		return ami.Connect(ctx, s.AMI(), &ami.Config{Username: u.Name, Secret: u.Secret, MaxListItems: l.MaxListItems})
	}},
}

// overHTTP are AJAM with either credential, at the URL of the server.
func overHTTP(v lab.Version, url func(*lab.Server) string, mutate func(*ajam.Config)) []conformance.Connector {
	by := func(name string, digest bool) conformance.Connector {
		return conformance.Connector{Name: name, Fragile: digest && v == lab.V16,
			Open: func(ctx context.Context, s *lab.Server, u lab.User, l conformance.Limits) (ami.Session, error) {
				config := &ajam.Config{Config: ami.Config{Username: u.Name, Secret: u.Secret, MaxListItems: l.MaxListItems}, Digest: digest}
				if mutate != nil {
					mutate(config)
				}
				return ajam.Connect(ctx, url(s), config)
			}}
	}
	return []conformance.Connector{by("cookie", false), by("digest", true)}
}

func plain(s *lab.Server) string { return "http://" + s.HTTP() }

func connectorsOf(v lab.Version) []conformance.Connector {
	return append(overAMI[:len(overAMI):len(overAMI)], overHTTP(v, plain, nil)...)
}

// The one suite, over every way in.
func TestLiveConformance(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, conformance.Config())
			for _, by := range connectorsOf(v) {
				t.Run(by.Name, func(t *testing.T) { conformance.Test(t, s, by) })
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
			for _, by := range connectorsOf(v) {
				if lab.Full() || by.Name == "Client" && v == lab.V16 || by.Name == "cookie" && v == lab.V22 {
					t.Run(by.Name, func(t *testing.T) { conformance.Test(t, s, by.Wrapped()) })
				}
			}
		})
	}
}
