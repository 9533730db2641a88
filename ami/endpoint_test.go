package ami_test

import (
	"errors"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// Each part of an endpoint is in its own place, in its order.
func TestPJSIPEndpoint(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		a := p.Expect("PJSIPShowEndpoint")
		if got := a.Get("Endpoint"); got != "100" {
			p.Fatalf("the endpoint asked for is %q", got)
		}
		p.List(a, "EndpointDetailComplete",
			[]string{"Event", "EndpointDetail", "ObjectName", "100", "Aors", "100,101"},
			[]string{"Event", "AorDetail", "ObjectName", "100", "MaxContacts", "2"},
			[]string{"Event", "AorDetail", "ObjectName", "101"},
			[]string{"Event", "AuthDetail", "ObjectName", "100", "Username", "alice", "Password", "hidden"},
			[]string{"Event", "TransportDetail", "ObjectName", "udp"},
			[]string{"Event", "IdentifyDetail", "ObjectName", "trunk", "Match", "192.0.2.1/32"},
			[]string{"Event", "ContactStatusDetail", "AOR", "100", "URI", "sip:a@x"},
			[]string{"Event", "ContactStatusDetail", "AOR", "101", "URI", "sip:b@x"},
			[]string{"Event", "OfALaterVersion", "ObjectName", "x"})
		p.List(p.Expect("PJSIPShowEndpoint"), "EndpointDetailComplete")
		p.Error(p.Expect("PJSIPShowEndpoint"), "Unable to retrieve endpoint 102")
	})
	e, err := ami.PJSIPEndpoint(t.Context(), conn, "100")
	if err != nil {
		t.Fatal(err)
	}
	if e.Detail.ObjectName != "100" || len(e.AORs) != 2 || e.AORs[0].ObjectName != "100" || e.AORs[0].MaxContacts != 2 || e.AORs[1].ObjectName != "101" ||
		len(e.Auths) != 1 || e.Auths[0].Username != "alice" || e.Auths[0].Password != "hidden" ||
		len(e.Transports) != 1 || e.Transports[0].ObjectName != "udp" || len(e.Identifies) != 1 || e.Identifies[0].ObjectName != "trunk" ||
		len(e.Contacts) != 2 || e.Contacts[0].URI != "sip:a@x" || e.Contacts[1].AOR != "101" {
		t.Errorf("PJSIPEndpoint = %+v", e)
	}
	if e, err = ami.PJSIPEndpoint(t.Context(), conn, "101"); err != nil || e.Detail.ObjectName != "" || e.Auths != nil {
		t.Errorf("PJSIPEndpoint of an empty list = %+v, %v", e, err)
	}
	var refusal *ami.Error
	if e, err = ami.PJSIPEndpoint(t.Context(), conn, "102"); !errors.As(err, &refusal) || e.Detail.ObjectName != "" {
		t.Errorf("PJSIPEndpoint of nobody = %+v, %v, want a refusal", e, err)
	}
}

// The authentications behind a registration are its own; one in front of all
// belongs to none.
func TestPJSIPRegistrations(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		p.List(p.Expect("PJSIPShowRegistrationsOutbound"), "OutboundRegistrationDetailComplete",
			[]string{"Event", "AuthDetail", "ObjectName", "stray"},
			[]string{"Event", "OutboundRegistrationDetail", "ObjectName", "one"},
			[]string{"Event", "AuthDetail", "ObjectName", "one-a"},
			[]string{"Event", "AuthDetail", "ObjectName", "one-b"},
			[]string{"Event", "OutboundRegistrationDetail", "ObjectName", "two"},
			[]string{"Event", "OutboundRegistrationDetail", "ObjectName", "three"},
			[]string{"Event", "AuthDetail", "ObjectName", "three-a"})
		p.List(p.Expect("PJSIPShowRegistrationsOutbound"), "OutboundRegistrationDetailComplete")
		p.Error(p.Expect("PJSIPShowRegistrationsOutbound"), "Permission denied")
	})
	all, err := ami.PJSIPRegistrations(t.Context(), conn)
	if err != nil || len(all) != 3 {
		t.Fatalf("PJSIPRegistrations = %d, %v, want 3", len(all), err)
	}
	for i, want := range []struct {
		name  string
		auths []string
	}{{"one", []string{"one-a", "one-b"}}, {"two", nil}, {"three", []string{"three-a"}}} {
		got := all[i]
		same := got.Detail.ObjectName == want.name && len(got.Auths) == len(want.auths)
		for j := range want.auths {
			same = same && got.Auths[j].ObjectName == want.auths[j]
		}
		if !same {
			t.Errorf("registration %d is %+v, want %s with %q", i, got, want.name, want.auths)
		}
	}
	if all, err = ami.PJSIPRegistrations(t.Context(), conn); err != nil || len(all) != 0 {
		t.Errorf("no registrations = %+v, %v", all, err)
	}
	if _, err = ami.PJSIPRegistrations(t.Context(), conn); !errors.Is(err, ami.ErrPermissionDenied) {
		t.Errorf("PJSIPRegistrations = %v, want ErrPermissionDenied", err)
	}
}
