package table

import (
	"regexp"
	"strings"
	"unicode"
)

// GoName makes the name in Go of a key of the wire, or of an event: dashes go,
// and each word is spelled in one way, whichever way Asterisk spells it there.
func GoName(key string) string {
	var name strings.Builder
	upper := true
	for _, r := range key {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			upper = true
			continue
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		name.WriteRune(r)
		upper = false
	}
	text := word.ReplaceAllStringFunc(name.String(), func(w string) string {
		if spelled, ok := words[w]; ok {
			return spelled
		}
		return w
	})
	return exceptions.Replace(text)
}

// word is what one capital letter, or several, begin.
var word = regexp.MustCompile(`[A-Z]+[a-z0-9]*`)

// words is how Go spells the words that Asterisk writes in more than one way,
// or in a way of its own: initialisms in capitals, and two words as two.
var words = map[string]string{
	"Acl":           "ACL",
	"Aoc":           "AOC",
	"Aor":           "AOR",
	"Aors":          "AORs",
	"Avp":           "AVP",
	"Avpf":          "AVPF",
	"Ca":            "CA",
	"Cdr":           "CDR",
	"Cos":           "COS",
	"Dtls":          "DTLS",
	"Dtmf":          "DTMF",
	"Ec":            "EC",
	"Fax":           "FAX",
	"Ice":           "ICE",
	"Id":            "ID",
	"Ipv6":          "IPv6",
	"Md5":           "MD5",
	"Moh":           "MOH",
	"Mwi":           "MWI",
	"Nat":           "NAT",
	"Oauth":         "OAuth",
	"Pai":           "PAI",
	"Rpid":          "RPID",
	"Rtcp":          "RTCP",
	"Rtp":           "RTP",
	"Sdp":           "SDP",
	"Se":            "SE",
	"Srtp":          "SRTP",
	"Srv":           "SRV",
	"Tcp":           "TCP",
	"Tos":           "TOS",
	"Uac":           "UAC",
	"Uas":           "UAS",
	"Udptl":         "UDPTL",
	"Uri":           "URI",
	"Url":           "URL",
	"Webrtc":        "WebRTC",
	"Websocket":     "WebSocket",
	"IPaddress":     "IPAddress",
	"IPport":        "IPPort",
	"DNSmanager":    "DNSManager",
	"IDton":         "IDTON",
	"Accountcode":   "AccountCode",
	"Callerid":      "CallerID",
	"Callgroup":     "CallGroup",
	"Callid":        "CallID",
	"Channeltype":   "ChannelType",
	"Clientid":      "ClientID",
	"Devicestatus":  "DeviceStatus",
	"Forcerport":    "ForceRport",
	"Fullname":      "FullName",
	"Holdtime":      "HoldTime",
	"Inuse":         "InUse",
	"Linkedid":      "LinkedID",
	"Logintime":     "LoginTime",
	"Maxdatagram":   "MaxDatagram",
	"Nativeformats": "NativeFormats",
	"Newname":       "NewName",
	"Parkinglot":    "ParkingLot",
	"Pickupgroup":   "PickupGroup",
	"Readformat":    "ReadFormat",
	"Readtrans":     "ReadTrans",
	"Ringinuse":     "RingInUse",
	"Roundtrip":     "RoundTrip",
	"Sendonly":      "SendOnly",
	"Servicelevel":  "ServiceLevel",
	"Tenantid":      "TenantID",
	"Uniqueid":      "UniqueID",
	"Userfield":     "UserField",
	"Usernum":       "UserNum",
	"Wrapuptime":    "WrapupTime",
	"Writeformat":   "WriteFormat",
	"Writetrans":    "WriteTrans",
}

// exceptions are names that are usual in Go, or the names of actions.
var exceptions = strings.NewReplacer("FileName", "Filename", "SetVar", "Setvar")
