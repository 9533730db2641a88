package gateway

// Gateway is an http.Handler in front of live models, for browsers. All methods are safe for concurrent use.
//
//	GET  /socket      WebSocket: Hello first, then Actions
//	POST /stream      Hello as its body; the answer is an event stream (text/event-stream)
//	POST /action      an Action as its body; the answer is its Result
//	GET  /client.js   the client, and its types as /client.d.ts
//	GET  /healthz     200 while every server is current, else 503; no sign-in
//	GET  /stats       figures as JSON, for who has the right (see Config)
type Gateway struct{}
