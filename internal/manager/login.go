package manager

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// IsMD5 reports whether an action of Challenge or Login asks for MD5, the only AuthType there is.
func IsMD5(a Action) bool { return strings.EqualFold(a.Get("AuthType"), "MD5") }

// Admits reports whether a Login has the secret of a user: in plain text, or as the MD5 sum of the challenge before it, which is
// empty if there was none.
func Admits(a Action, challenge, user, secret string) bool {
	if !strings.EqualFold(a.Get("Username"), user) {
		return false
	}
	if !IsMD5(a) {
		return secret != "" && a.Get("Secret") == secret
	}
	sum := md5.Sum([]byte(challenge + secret))
	return challenge != "" && a.Get("Key") == hex.EncodeToString(sum[:])
}
