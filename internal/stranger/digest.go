package stranger

import (
	"crypto/md5"
	"encoding/hex"
)

// authorization answers a challenge of Digest (RFC 2617, MD5, qop auth).
func authorization(challenge, user, password, method, uri string) string {
	realm, nonce := within(challenge, `realm="`, `"`), within(challenge, `nonce="`, `"`)
	opaque := within(challenge, `opaque="`, `"`)
	const count, own = "00000001", "5ca1ab1e"
	secret := hash(user + ":" + realm + ":" + password)
	response := hash(secret + ":" + nonce + ":" + count + ":" + own + ":auth:" + hash(method+":"+uri))
	return `Authorization: Digest username="` + user + `", realm="` + realm + `", nonce="` + nonce + `", uri="` + uri +
		`", response="` + response + `", algorithm=MD5, cnonce="` + own + `", nc=` + count + `, qop=auth, opaque="` + opaque + `"`
}

func hash(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
