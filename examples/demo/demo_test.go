package main

import (
	"bytes"
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

func TestDemonstrate(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t) // for its dialplan
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		user := s.User("crm")
		var out bytes.Buffer
		if err := demonstrate(ctx, &out, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`Newchannel +Local/busy@outcome-`, `Hangup +Local/hangup-21@outcome-.* call rejected`, `[1-9]\d* channels now`,
			`answer-short +answered`, `noanswer +no answer`, `busy +busy`, `congestion +congestion`, `hangup-21 +rejected`,
			`[1-9]\d* of them for this subscription, 0 missed`,
		} {
			if !regexp.MustCompile(want).MatchString(out.String()) {
				t.Errorf("the output lacks %q:\n%s", want, out.String())
			}
		}
	})
}
