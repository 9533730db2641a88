package session

import "strings"

// none has the words by which Asterisk refuses a list because there is nothing to
// list, in lower case, by the name of the action. Of a thing that is gone, as a
// conference that has ended since it was listed, there is nothing to list either.
// TestLiveNothingToList holds it against real servers. The words are those of
// apps/app_confbridge.c, apps/app_meetme.c, main/manager.c,
// main/manager_bridges.c, main/manager_channels.c, main/db.c, res/res_fax.c, res/res_pjsip/pjsip_configuration.c and its
// neighbours, res/res_pjsip_pubsub.c and res/res_mwi_external_ami.c.
var none = map[string][]string{
	"bridgeinfo":             {"specified bridgeuniqueid not found"},
	"confbridgelist":         {"no active conferences", "no conference by that name found"},
	"confbridgelistrooms":    {"no active conferences"},
	"coreshowchannelmap":     {"could not get channel snapshot"},
	"dbget":                  {"database entry not found"},
	"dbgettree":              {"database entry not found"},
	"extensionstatelist":     {"no dialplan hints are available"},
	"faxsession":             {"session not found"},
	"meetmelist":             {"no active conferences"},
	"meetmelistrooms":        {"no active conferences"},
	"mwiget":                 {"no mailboxes found"},
	"pjsipshowaors":          {"no aors found"},
	"pjsipshowauths":         {"no auths found"},
	"pjsipshowcontacts":      {"no contacts found"},
	"pjsipshowendpoint":      {"unable to retrieve endpoint"},
	"pjsipshowendpoints":     {"no endpoints found"},
	"pjsipshowresourcelists": {"no resource lists found"},
	"status":                 {"no such channel"},
}

// meansNone reports whether Asterisk refused the named list because there is
// nothing to list.
func meansNone(action, message string) bool {
	message = strings.ToLower(message)
	for _, words := range none[strings.ToLower(action)] {
		if strings.HasPrefix(message, words) {
			return true
		}
	}
	return false
}
