package show

import "strings"

// Hidden is what stands in the place of a secret.
const Hidden = "(redacted)"

// names are the keys and settings whose values are secrets, in lower case and
// without underscores.
var names = map[string]bool{
	"passworddigest": true, "md5cred": true, "refreshtoken": true,
}

// ends are what names of secrets end in besides: NewPassword, md5secret.
var ends = []string{"secret", "password", "passwd"}

// NamesSecret reports whether the value under a name is a secret. Case,
// underscores and blanks around the name do not matter.
func NamesSecret(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "")
	if name == "usingpassword" { // a flag, of the event SuccessfulAuth
		return false
	}
	for _, end := range ends {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return names[name]
}

// Value is a value under a name as it may be shown. An empty one stays empty.
func Value(name, value string) string {
	if value != "" && NamesSecret(name) {
		return Hidden
	}
	return value
}

// Secret is the value of a field that is a secret, as it may be shown.
func Secret(value string) string {
	if value == "" {
		return ""
	}
	return Hidden
}
