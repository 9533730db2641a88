package session_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Each fault of a certificate has its own advice.
func TestCertificate(t *testing.T) {
	wrap := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	for want, err := range map[string]error{
		"CA":       wrap(x509.UnknownAuthorityError{}),
		"NAME":     wrap(x509.HostnameError{Certificate: new(x509.Certificate), Host: "pbx"}),
		"renew":    wrap(x509.CertificateInvalidError{Cert: new(x509.Certificate), Reason: x509.Expired}),
		"server":   wrap(x509.CertificateInvalidError{Cert: new(x509.Certificate), Reason: x509.IncompatibleUsage}),
		"an other": errors.New("an other"),
	} {
		got := session.Certificate(err, "CA", "NAME")
		if !errors.Is(got, err) || !strings.Contains(got.Error(), want) {
			t.Errorf("Certificate(%v) = %q, want it to say %q", err, got, want)
		}
	}
}
