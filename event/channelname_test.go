package event_test

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
)

func TestDevice(t *testing.T) {
	for name, want := range map[string]string{
		"PJSIP/100-0000002a":                      "PJSIP/100",
		"PJSIP/trunk-a-b-0000002a":                "PJSIP/trunk-a-b",
		"PJSIP/-0000002a":                         "",
		"PJSIP/100-00000001-0000002a":             "PJSIP/100-00000001", // an endpoint may be called so
		"PJSIP/a;1-0000002a":                      "PJSIP/a;1",
		"PJSIP/100/200-0000002a":                  "PJSIP/100/200",
		"SIP/10.0.0.1:5060-100000000":             "SIP/10.0.0.1:5060",
		"IAX2/peer-4711":                          "IAX2/peer",
		"DAHDI/1-1":                               "DAHDI/1",
		"DAHDI/i1/4930123-5":                      "DAHDI/i1/4930123",
		"UnicastRTP/127.0.0.1:5000-0x7f34a8003d6": "UnicastRTP/127.0.0.1:5000",
		"Local/100@default-00000001;1":            "Local/100@default",
		"Local/1-2@in-house-0000abcd;2":           "Local/1-2@in-house",
		"Local/PJSIP/100-0000002a@x-00000003;1":   "Local/PJSIP/100-0000002a@x",
		"Local/100@default-00000001":              "",
		// chan_audiosocket ends the name in a UUID
		"AudioSocket/127.0.0.1:9092-40325ec2-5efd-4bd3-805f-53576e581d13": "AudioSocket/127.0.0.1:9092",
		"AudioSocket/[::1]:9092-40325EC2-5EFD-4BD3-805F-53576E581D13":     "AudioSocket/[::1]:9092",
		"AudioSocket/-40325ec2-5efd-4bd3-805f-53576e581d13":               "",
		"PJSIP/40325ec2-5efd-4bd3-805f-53576e581d13-0000002a":             "PJSIP/40325ec2-5efd-4bd3-805f-53576e581d13",
		"Local/100@default-00000001;3":                                    "",
		"Local/100@default;1":                                             "",
		// replaced, and about to be
		"PJSIP/100-0000002a<ZOMBIE>":           "PJSIP/100",
		"PJSIP/100-0000002a<MASQ>":             "PJSIP/100",
		"PJSIP/100-0000002a<MASQ><ZOMBIE>":     "PJSIP/100",
		"Local/100@default-00000001;2<ZOMBIE>": "Local/100@default",
		"AsyncGoto/PJSIP/100-0000002a":         "",
		"AsyncGoto/PJSIP/100-0000002a<ZOMBIE>": "",
		"AsyncGoto/Local/1@default-00000001;2": "",
		"Surrogate/PJSIP/100-0000002a":         "",
		"PJSIP/<ZOMBIE>-0000002a":              "PJSIP/<ZOMBIE>",
		"":                                     "",
		"none":                                 "",
		"<unknown>":                            "",
		"/":                                    "",
		"/100-0000002a":                        "",
		"-0000002a":                            "",
		"PJSIP/":                               "",
		"PJSIP/100":                            "",
		"PJSIP/front-desk":                     "",
		"PJSIP/100-":                           "",
		"PJSIP/100-0000002g":                   "",
		"PJSIP/100-0000002A":                   "", // Asterisk writes small digits
		"PJSIP/" + strings.Repeat("x", 67) + "-000": "", // cut
		"a-b/100":                     "",
		"Message/ast_msg_queue":       "",
		"\x00/\xff-1":                 "\x00/\xff",
		"P/1\r\nUniqueid: 2-00000001": "P/1\r\nUniqueid: 2",
	} {
		if got := event.Device(name); got != want {
			t.Errorf("Device(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestOtherHalf(t *testing.T) {
	for name, want := range map[string]string{
		"Local/100@default-00000001;1":         "Local/100@default-00000001;2",
		"Local/100@default-00000001;2":         "Local/100@default-00000001;1",
		"Local/a;2@b-00000001;1":               "Local/a;2@b-00000001;2",
		"Local/100@default-00000001":           "",
		"Local/100@default-00000001;3":         "",
		"Local/100@default-00000001;1<ZOMBIE>": "",
		"PJSIP/a;1":                            "",
		";1":                                   "",
		"":                                     "",
	} {
		if got := event.OtherHalf(name); got != want {
			t.Errorf("OtherHalf(%q) = %q, want %q", name, got, want)
		}
	}
}

// FuzzDevice wants a beginning of the name, and the same of both halves.
func FuzzDevice(f *testing.F) {
	f.Add("PJSIP/100-0000002a")
	f.Add("Local/100@default-00000001;1")
	f.Add("Local/;1")
	f.Add(";2<ZOMBIE>")
	f.Fuzz(func(t *testing.T, name string) {
		device := event.Device(name)
		if !strings.HasPrefix(name, device) || device != "" && (device == name || !strings.Contains(device, "/")) {
			t.Errorf("Device(%q) = %q", name, device)
		}
		if other := event.OtherHalf(name); other != "" {
			if event.OtherHalf(other) != name || event.Device(other) != device {
				t.Errorf("OtherHalf(%q) = %q", name, other)
			}
		}
	})
}
