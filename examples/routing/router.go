package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
)

// router is the handler of calls.
type router struct{ rates *rates }

// ServeAGI tries the ways to the number that was dialled, until somebody answers or says that they won't.
func (r *router) ServeAGI(ctx context.Context, s *agi.Session) error {
	number := s.Env.Extension
	if number == "" || strings.Trim(number, "0123456789") != "" {
		return fmt.Errorf("%q is no number: it would become part of what is dialled", number)
	}
	routes, err := r.rates.find(ctx, number)
	if err != nil {
		return err
	}
	dialed := agi.Dialed{Status: asterisk.DialUnavailable}
	trunk := ""
	for _, route := range routes {
		trunk = route.trunk
		dialed, err = s.Dial(ctx, route.trunk, 30*time.Second, "g")
		slog.Info("routed", "number", number, "trunk", route.trunk, "price", route.price, "status", dialed.Status, "talked", dialed.Talked)
		if err != nil || !worthAnotherTry(dialed.Status) {
			break
		}
	}
	if told := tell(ctx, s, trunk, dialed); told != nil {
		return told
	}
	return err
}

// worthAnotherTry is true if the trunk has failed, and not the far end.
func worthAnotherTry(status asterisk.DialStatus) bool {
	return status == asterisk.DialUnavailable || status == asterisk.DialCongestion
}

// tell leaves the outcome for the dialplan and the CDR, after a hangup too.
func tell(ctx context.Context, s *agi.Session, trunk string, d agi.Dialed) error {
	talked := fmt.Sprint(int(d.Talked.Seconds()))
	if d.TalkUnknown {
		talked = "unknown"
	}
	return s.SetVariables(ctx,
		agi.Variable{Name: "ROUTE_STATUS", Value: string(d.Status)},
		agi.Variable{Name: "ROUTE_TRUNK", Value: trunk},
		agi.Variable{Name: "ROUTE_TALKED", Value: talked},
	)
}
