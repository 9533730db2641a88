package session

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Certificate adds to the error of a TLS handshake what mends it: forAuthority
// where the certificate's authority is not known, forName where the name is
// another. Other errors it leaves as they are.
func Certificate(err error, forAuthority, forName string) error {
	var (
		refused   *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &name):
		return show.Advice(err, forName)
	case errors.As(err, &authority):
		return show.Advice(err, forAuthority)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return show.Advice(err, "renew the certificate of tlscertfile, or set the clock of this computer")
	case errors.As(err, &invalid):
		return show.Advice(err, "tlscertfile must hold a certificate for a server, and those of its authorities")
	case errors.As(err, &refused): // of a platform's own verifier
		return show.Advice(err, forAuthority)
	}
	return err
}
