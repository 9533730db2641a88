package ami_test

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// reports are public bug reports of what other servers and modules send, each
// with a transcript of our own. The subscription is to all events.
var reports = map[string]func(t *testing.T, c *ami.Conn, sub *event.Subscription){
	"app-rpt": func(t *testing.T, c *ami.Conn, sub *event.Subscription) {
		status := mustDo(t, c, "RptStatus", "Command", "XStat", "Node", "1999")
		if got := status.Get("LinkedNodes"); got != "T2000" || !status.Success() {
			t.Errorf("Do(RptStatus) = %q, want its fields", status.Fields)
		}
		_, err := c.Do(t.Context(), action.New("RptStatus", "Command", "NoStat", "Node", "1"))
		refusal, _ := err.(*ami.Error)
		if refusal == nil || refusal.Response.Message() != "RptStatus unknown command" {
			t.Errorf("Do(RptStatus) of an unknown command = %v, want a refusal", err)
		}
		nodes := mustDo(t, c, "RptLocalNodes")
		if got := strings.Join(lines(nodes), "|"); got != `<?xml version="1.0"?>|<nodes>|  <node>1999</node>|</nodes>` {
			t.Errorf("Do(RptLocalNodes) = %q", got)
		}
		if got := names(t, sub, 1); got != "RPT_TXKEYED" {
			t.Errorf("event %s", got)
		}
	},
	"chan-sccp": func(t *testing.T, c *ami.Conn, _ *event.Subscription) {
		listed{events: "DeviceEntry DeviceEntry", end: "SCCPListDevicesComplete"}.verify(t, mustDo(t, c, "SCCPListDevices"), nil)
		listed{end: "SCCPListLinesComplete"}.verify(t, mustDo(t, c, "SCCPListLines"), nil)
	},
	"proxy": func(t *testing.T, c *ami.Conn, _ *event.Subscription) {
		channels, err := ami.List(t.Context(), c, action.CoreShowChannels{})
		if err != nil || len(channels) != 2 || channels[0].Channel != "PJSIP/ours-1" || channels[1].Channel != "PJSIP/ours-2" {
			t.Errorf("List = %+v, %v, want our two channels", channels, err)
		}
	},
	"asterisk-11": func(t *testing.T, c *ami.Conn, _ *event.Subscription) {
		_, err := ami.Queues(t.Context(), c, action.QueueStatus{})
		wantError(t, "Queues", err, ami.ErrNoAnswer, "Asterisk 11")
		_, err = ami.List(t.Context(), c, action.Status{})
		wantError(t, "List(Status)", err, ami.ErrNoAnswer, "Asterisk 11")
		if got := mustDo(t, c, "Getvar", "Variable", "X").Get("Value"); got != "list will follow" {
			t.Errorf("Do(Getvar) = %q", got)
		}
	},
	"sms-gateway": func(t *testing.T, c *ami.Conn, sub *event.Subscription) {
		response := mustDo(t, c, "CoreShowChannels")
		listed{events: "CoreShowChannel", end: "CoreShowChannelsComplete"}.verify(t, response, nil)
		if got := names(t, sub, 2); got != "ReceivedSMS UpdateSMSSend" {
			t.Errorf("events %s, want those of the gateway", got)
		}
		balance := mustDo(t, c, "SMSCommand", "Command", `gsm send ussd 3 "*101#" 5`)
		if got := strings.Join(balance.Output(), "|"); got != "1:Received USSD success on span: 3|\tUSSD Message: balance||   of two lines" {
			t.Errorf("Do(SMSCommand) = %q", got)
		}
		if got := mustDo(t, c, "SMSCommand", "Command", "gsm show spans").Output(); len(got) != 1 || got[0] != "GSM span 2: Power on" {
			t.Errorf("Do(SMSCommand) = %q", got)
		}
	},
}

// What failed for others does not for us.
func TestReports(t *testing.T) {
	for name, test := range reports {
		t.Run(name, func(t *testing.T) {
			file, err := os.Open("testdata/reports/" + name + ".ami")
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			recording, err := amitest.ReadTranscript(file)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				conn := dialTo(t, amitest.Start(t, recording.Script()), func(c *ami.Config) {
					c.Username, c.PlainLogin, c.AcceptBooting = "all", true, true
				})
				sub := conn.Subscribe(all, nil)
				test(t, conn, sub)
				mustPing(t, conn)
				if got := conn.Stats(); got.Orphans > 1 || name != "proxy" && got.Orphans > 0 { // of the proxy another's answer
					t.Errorf("Stats = %+v, want no orphans", got)
				}
			})
		})
	}
}

// lines are those of an answer that is no response.
func lines(r *ami.Response) (all []string) {
	for line := range r.Fields.Lines() {
		all = append(all, line)
	}
	return all
}
