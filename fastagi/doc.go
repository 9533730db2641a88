// Package fastagi serves AGI(agi://host/path) calls over TCP: a [Server] and a
// router, [Mux], shaped like those of net/http.
//
//	mux := fastagi.NewMux()
//	mux.HandleFunc("/ivr/{lang}", func(ctx context.Context, s *agi.Session) error {
//		return greet(ctx, s, fastagi.PathValue(ctx, "lang"))
//	})
//	server := &fastagi.Server{Addr: "10.0.0.5:4573", Handler: mux}
//	err := server.ListenAndServe()
//
// And in the dialplan:
//
//	same => n,AGI(agi://10.0.0.5/ivr/de?from=queue,an argument)
//	same => n,GotoIf($["${AGISTATUS}" = "FAILURE"]?fallback)
//
// The query is in s.Env.Query, the arguments are in s.Env.Arguments.
//
// # Status
//
// What becomes of a call, the dialplan sees in AGISTATUS:
//
//	SUCCESS  the handler has returned nil, or the error of a hangup
//	FAILURE  it has returned another error or has panicked; no handler has the
//	         path (FASTAGI_STATUS is NOTFOUND then, see [NotFound]); the server
//	         is full, or can't be reached
//	HANGUP   an application that the handler ran with EXEC hung up
//
// A program that dies in the middle of a call looks like SUCCESS to Asterisk: it
// takes a connection that closes for a script that is done. Whoever has to know
// sets a channel variable as the handler's last command, and tests that.
//
// # Middleware
//
// It is a function from handler to handler:
//
//	func logged(next agi.Handler) agi.Handler {
//		return agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
//			began := time.Now()
//			err := next.ServeAGI(ctx, s)
//			slog.Info("call", "channel", s.Env.Channel, "took", time.Since(began), "err", err)
//			return err
//		})
//	}
//
// # Security
//
// AGI has neither passwords nor encryption: who can connect can pretend to be
// any caller, and reads what handlers send. Bind to an address that Asterisk
// alone reaches. Asterisk speaks no TLS; with a tunnel in front of it, such as
// stunnel, [Server.Serve] takes the listener of crypto/tls.
package fastagi
