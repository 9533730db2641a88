package asyncagi_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
)

func TestConn(t *testing.T) {
	agitest.TestConn(t, func(t *testing.T, handler agi.Handler) agitest.Peer {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{Handler: handler}, pbx.connect(t))
		return pbx.start("1.1")
	}, &agitest.Traits{LongestReply: 60_000, EndsAtHangup: true, NamesCommands: true})
}
