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
//	same => n,Set(IVR_DONE=)
//	same => n,AGI(agi://10.0.0.5/ivr/de?from=queue,an argument)
//	same => n,GotoIf($["${IVR_DONE}" != "yes"]?fallback)
//
// The query is in s.Env.Query, the arguments are in s.Env.Arguments.
//
// # Contents
//
//   - Serve calls: [Server], [Server.ListenAndServe], [Server.Serve]
//   - Route by the path of the URL: [Mux], [NewMux], [Mux.Handle],
//     [Mux.HandleFunc], [PathValue], [NotFound], [ErrNotFound]
//   - Limits: [Server].MaxSessions, [Server].MaxWait, [Server].EnvTimeout,
//     [DefaultEnvTimeout]
//   - Metrics and values of the connection: [Server].ConnState, [State],
//     [Server].ConnContext
//   - End: [Server.Shutdown], [Server.Close], [ErrServerClosed]
//
// # When calls are served
//
// Calls are served that come after the listener was made, even before
// [Server.Serve] has begun: the system keeps them. So a program, or a test, that
// makes a call itself makes the listener first, as with net/http:
//
//	listener, err := net.Listen("tcp", "127.0.0.1:0")
//	...
//	go server.Serve(listener)
//	// Calls to listener.Addr() are served from here on.
//
// # Status
//
// What becomes of a call, the dialplan sees in AGISTATUS:
//
//	FAILURE  the handler has returned an error that is more than the hangup
//	         (see agi.Failed), has panicked or has ended its goroutine; no
//	         handler has the path (FASTAGI_STATUS is NOTFOUND then, see
//	         [NotFound]); the server is full, has closed, or can't be reached;
//	         or a STREAM FILE, CONTROL STREAM FILE, GET OPTION, RECORD FILE or
//	         GOSUB has failed while the channel was alive, whatever the handler
//	         has returned
//	HANGUP   the channel has hung up in the session, by the caller or by a
//	         command, and the handler has not failed
//	SUCCESS  anything else
//
// SUCCESS does not say that the handler has done its work. A program that dies
// in the middle of a call gives it as well, for Asterisk takes a connection that
// closes for a script that is done. So nothing that must stay shut may depend on
// it, such as what a PIN protects: let the handler set a channel variable as its
// last command, clear it before, and test that.
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
// A call is routed, logged and served once Asterisk has confirmed where the
// environment ends, which costs one round trip: a caller whose number holds line
// breaks writes no reply, no hangup and no route. [Server.TrustEnv] saves it
// where the dialplan lets no line break pass. See ReadEnv of agi.Stream, and
// docs/safety.md.
//
// AGI has neither passwords nor encryption: who can connect can pretend to be
// any caller, and reads what handlers send. Bind to an address that Asterisk
// alone reaches. Asterisk speaks no TLS; with a tunnel in front of it, such as
// stunnel, [Server.Serve] takes the listener of crypto/tls.
package fastagi
