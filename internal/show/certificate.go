package show

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
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
		return Advice(err, forName)
	case errors.As(err, &authority):
		return Advice(err, forAuthority)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return Advice(err, "renew the certificate of tlscertfile, or set the clock of this computer")
	case errors.As(err, &invalid):
		return Advice(err, "tlscertfile must hold a certificate for a server, and those of its authorities")
	case errors.As(err, &refused): // of a platform's own verifier
		return Advice(err, forAuthority)
	}
	return err
}
