package event_test

import (
	"encoding/binary"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// contact has a phone that takes 200 ms to answer OPTIONS, and is registered for
// as long as Asterisk lets it.
func (u *unitsLab) contact(t *testing.T) {
	phone, err := net.Dial("udp", u.server.SIP())
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	began := time.Now()
	sub := u.listen(t, event.Of[event.ContactStatus]())
	register(t, phone, "qualified", "secret-qualified", "REGISTER", "Expires: 10") // too short, 61 s is the least
	answerLate(t, phone)
	status := await(t, sub, func(e event.ContactStatus) bool { return e.AOR == "qualified" && e.ContactStatus == "Reachable" })
	lasts(t, "ContactStatus.RoundTrip", status.RoundTrip, 200*time.Millisecond, began)

	contacts, err := ami.List(t.Context(), u, action.PJSIPShowContacts{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contacts {
		if c.Endpoint == "qualified" {
			exactly(t, "ContactList.RoundTrip", c.RoundTrip, status.RoundTrip)
			exactly(t, "ContactList.QualifyFrequency", c.QualifyFrequency, 3*time.Second)
			exactly(t, "ContactList.QualifyTimeout", c.QualifyTimeout, 2500*time.Millisecond)
			within(t, "ContactList.ExpirationTime less 61 s", c.ExpirationTime.Add(-61*time.Second), began)
		}
	}
	p, err := ami.PJSIPEndpoint(t.Context(), u, "qualified")
	if err != nil || len(p.Contacts) != 1 || len(p.AORs) != 1 || len(p.Auths) != 1 {
		t.Fatalf("PJSIPEndpoint = %+v, %v", p, err)
	}
	within(t, "ContactStatusDetail.RegExpire less 61 s", p.Contacts[0].RegExpire.Add(-61*time.Second), began)
	exactly(t, "ContactStatusDetail.RoundTrip", p.Contacts[0].RoundTrip, status.RoundTrip)
	exactly(t, "AuthDetail.NonceLifetime", p.Auths[0].NonceLifetime, 33*time.Second)
	exactly(t, "AorDetail.DefaultExpiration", p.AORs[0].DefaultExpiration, 121*time.Second)
	exactly(t, "AorDetail.MaximumExpiration", p.AORs[0].MaximumExpiration, 301*time.Second)
	exactly(t, "AorDetail.TotalContacts", p.AORs[0].TotalContacts, 1)
	exactly(t, "EndpointDetail.DeviceState", p.Detail.DeviceState, asterisk.DeviceNotInUse)
	if plain, err := ami.PJSIPEndpoint(t.Context(), u, "plain"); err != nil || plain.Detail.CallerID != "" {
		t.Errorf("EndpointDetail.CallerID = %q, %v, of one that has none", plain.Detail.CallerID, err)
	}
}

// answerLate answers the next OPTIONS 200 ms after it came.
func answerLate(t *testing.T, phone net.Conn) {
	t.Helper()
	buffer := make([]byte, 65536)
	for {
		if err := phone.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := phone.Read(buffer)
		if err != nil {
			t.Fatal("no OPTIONS came: ", err)
		}
		request := string(buffer[:n])
		if !strings.HasPrefix(request, "OPTIONS") {
			continue
		}
		<-time.After(200 * time.Millisecond)
		answer := "SIP/2.0 200 OK\r\n"
		for _, line := range strings.Split(request, "\r\n") {
			if regexp.MustCompile(`^(Via|From|To|Call-ID|CSeq):`).MatchString(line) {
				answer += line + "\r\n"
			}
		}
		if _, err := phone.Write([]byte(answer + "Content-Length: 0\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		return
	}
}

// media has a phone that sends RTP and RTCP of known contents.
func (u *unitsLab) media(t *testing.T) {
	m, phone := newMedia(t), newSoftphone(t, u.server)
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.RTCPReceived](), event.Of[event.RTCPSent](), event.Of[event.Hold](), event.Of[event.Unhold]()))
	u.do(t, action.Originate{Channel: "PJSIP/soft", Context: "units", Exten: "media", Priority: 1, Async: true, ChannelID: "media"})
	m.meet(t, phone.answer(m.port()))
	m.talk(t)
	heard := m.hear(t)
	m.report(t, heard)
	received := await(t, sub, func(e event.RTCPReceived) bool { return e.UniqueID == "media" })
	m.checkReceived(t, received, began)
	sent := await(t, sub, func(e event.RTCPSent) bool {
		return e.UniqueID == "media" && len(e.Reports) == 1 && e.Reports[0].LSR == m.middle && e.SSRC != ""
	})
	m.checkSent(t, sent, began)
	phone.hold(m.port(), "sendonly")
	exactly(t, "Hold.MusicClass", await(t, sub, func(e event.Hold) bool { return e.UniqueID == "media" }).MusicClass, "default")
	phone.hold(m.port(), "sendrecv")
	await(t, sub, func(e event.Unhold) bool { return e.UniqueID == "media" })
}

// registration has another server take us for 300 s.
func (u *unitsLab) registration(t *testing.T) {
	sub := u.listen(t, event.Of[event.Registry]())
	u.registrar.accept(t)
	exactly(t, "Registry.Status", await[event.Registry](t, sub, nil).Status, "Registered")
	all, err := ami.PJSIPRegistrations(t.Context(), u)
	if err != nil || len(all) != 1 {
		t.Fatalf("PJSIPRegistrations = %v, %v", all, err)
	}
	exactly(t, "OutboundRegistrationDetail.Status", all[0].Detail.Status, "Registered")
	exactly(t, "OutboundRegistrationDetail.Expiration", all[0].Detail.Expiration, 200*time.Second)
	exactly(t, "OutboundRegistrationDetail.RetryInterval", all[0].Detail.RetryInterval, 2*time.Second)
	exactly(t, "OutboundRegistrationDetail.NextReg", all[0].Detail.NextReg, 0)
}

// media is the RTP and RTCP of a phone.
type media struct {
	rtp, rtcp     net.PacketConn
	rtpTo, rtcpTo net.Addr
	reported      time.Time
	middle        int64 // of the NTP time in our sender report
}

const (
	ourSSRC = 0xc0ffee
	// Our sender report of 2026-11-29 15:05:22.25, in the two halves of NTP.
	ntpSeconds, ntpFraction = 1795964722 + 2208988800, 1 << 30
)

// newMedia opens two ports, one after the other, as RTP wants it.
func newMedia(t *testing.T) *media {
	t.Helper()
	for range 50 {
		rtp, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		m := &media{rtp: rtp}
		if m.rtcp, err = net.ListenPacket("udp4", fmt.Sprint("127.0.0.1:", m.port()+1)); err == nil && m.port()%2 == 0 {
			t.Cleanup(func() { _, _ = m.rtp.Close(), m.rtcp.Close() })
			return m
		}
		_ = rtp.Close()
		if err == nil {
			_ = m.rtcp.Close()
		}
	}
	t.Fatal("no two ports in a row")
	return nil
}

func (m *media) port() int { return m.rtp.LocalAddr().(*net.UDPAddr).Port }

// meet reads where Asterisk wants the media from its SDP.
func (m *media) meet(t *testing.T, sdp string) {
	t.Helper()
	host, port := regexp.MustCompile(`c=IN IP4 (\S+)`).FindStringSubmatch(sdp), regexp.MustCompile(`m=audio (\d+)`).FindStringSubmatch(sdp)
	if host == nil || port == nil {
		t.Fatalf("no address in %q", sdp)
	}
	n, _ := strconv.Atoi(port[1])
	m.rtpTo = &net.UDPAddr{IP: net.ParseIP(host[1]), Port: n}
	m.rtcpTo = &net.UDPAddr{IP: net.ParseIP(host[1]), Port: n + 1}
}

// talk sends twenty packets, around the end of the sequence numbers, each twice.
func (m *media) talk(t *testing.T) {
	t.Helper()
	for i := range 20 {
		packet := make([]byte, 172)
		packet[0] = 0x80
		binary.BigEndian.PutUint16(packet[2:], uint16(65526+i))
		binary.BigEndian.PutUint32(packet[4:], uint32(160*i))
		binary.BigEndian.PutUint32(packet[8:], ourSSRC)
		for range 2 {
			if _, err := m.rtp.WriteTo(packet, m.rtpTo); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// hear returns the next sender report of Asterisk.
func (m *media) hear(t *testing.T) []byte {
	t.Helper()
	buffer := make([]byte, 1500)
	for {
		if err := m.rtcp.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, _, err := m.rtcp.ReadFrom(buffer)
		if err != nil {
			t.Fatal("no RTCP came: ", err)
		}
		if n >= 28 && buffer[1] == 200 {
			return buffer[:n]
		}
	}
}

// report sends a sender report with one block, which says that half a second has
// passed on the way, and a quarter here.
func (m *media) report(t *testing.T, heard []byte) {
	t.Helper()
	lsr := binary.BigEndian.Uint32(heard[10:]) - 65536*3/4
	m.middle = ntpSeconds&0xffff<<16 | ntpFraction>>16
	packet := []byte{0x81, 200, 0, 12}
	for _, word := range []uint32{ourSSRC, ntpSeconds, ntpFraction, 123456, 77, 4294967295,
		binary.BigEndian.Uint32(heard[4:]), 64<<24 | 0xfffffe, 2<<16 | 1234, 160, lsr, 65536 / 4} {
		packet = binary.BigEndian.AppendUint32(packet, word)
	}
	m.reported = time.Now()
	if _, err := m.rtcp.WriteTo(packet, m.rtcpTo); err != nil {
		t.Fatal(err)
	}
}

// checkReceived compares what Asterisk says of our report with it.
func (m *media) checkReceived(t *testing.T, e event.RTCPReceived, began time.Time) {
	t.Helper()
	exactly(t, "RTCPReceived.From", e.From, m.rtcp.LocalAddr().String())
	exactly(t, "port of RTCPReceived.To", portOf(e.To), portOf(m.rtcpTo.String()))
	exactly(t, "RTCPReceived.PT", e.PT, "200(SR)")
	// Asterisk writes the word behind the one that it means.
	if e.SSRC != fmt.Sprintf("0x%08x", uint32(ntpSeconds)) && e.SSRC != "0x00c0ffee" {
		t.Errorf("RTCPReceived.SSRC = %s, which is neither ours nor the seconds of our report", e.SSRC)
	}
	exactly(t, "RTCPReceived.SentNTP", e.SentNTP.UTC(), time.Date(2026, 11, 29, 15, 5, 22, 250e6, time.UTC))
	exactly(t, "RTCPReceived.SentRTP", e.SentRTP, 123456)
	exactly(t, "RTCPReceived.SentPackets", e.SentPackets, 77)
	exactly(t, "RTCPReceived.SentOctets", e.SentOctets, 4294967295)
	lasts(t, "RTCPReceived.RTT", e.RTT, 490*time.Millisecond, began)
	if len(e.Reports) != 1 || e.ReportCount != 1 {
		t.Fatalf("RTCPReceived has %d reports and says %d", len(e.Reports), e.ReportCount)
	}
	r := e.Reports[0]
	r.SourceSSRC, r.LSR = "", 0
	exactly(t, "RTCPReceived.Reports", r, event.RTCPReport{FractionLost: 64, CumulativeLost: -2, HighestSequence: 1234, SequenceNumberCycles: 2, IAJitter: 160, DLSR: 250 * time.Millisecond})
}

// checkSent compares what Asterisk says of its report with what we sent.
func (m *media) checkSent(t *testing.T, e event.RTCPSent, began time.Time) {
	t.Helper()
	exactly(t, "port of RTCPSent.From", portOf(e.From), portOf(m.rtcpTo.String()))
	exactly(t, "RTCPSent.To", e.To, m.rtcp.LocalAddr().String())
	within(t, "RTCPSent.SentNTP", e.SentNTP, began)
	if e.SentOctets != 160*e.SentPackets {
		t.Errorf("RTCPSent has %d octets in %d packets of 20 ms", e.SentOctets, e.SentPackets)
	}
	r := e.Reports[0]
	exactly(t, "RTCPSent.SourceSSRC", r.SourceSSRC, "0x00c0ffee")
	exactly(t, "RTCPSent.HighestSequence", r.HighestSequence, 9)
	exactly(t, "RTCPSent.SequenceNumberCycles", r.SequenceNumberCycles, 1)
	lasts(t, "RTCPSent.DLSR", r.DLSR, time.Microsecond, m.reported)
	if r.CumulativeLost > 0 {
		t.Errorf("RTCPSent.CumulativeLost = %d, though each packet came twice", r.CumulativeLost)
	}
}

// portOf is the port of an address; the rest is any of the server's.
func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}
