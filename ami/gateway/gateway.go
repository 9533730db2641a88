package gateway

// Gateway is an http.Handler in front of live models, for browsers. All methods are safe for concurrent use.
//
//	GET  /socket       WebSocket: Hello first, then Actions
//	POST /stream       Hello as its body; the answer is an event stream (text/event-stream)
//	POST /action       an Action as its body; the answer is its Result
//	GET  /client.js    the client, and its types as /client.d.ts
//	GET  /healthz      200 while every server is current, else 503; no sign-in, any Host
//	GET  /stats        figures as JSON, for users with [Rights.Stats]
//
// A POST has the Content-Type application/json. What is refused with a status of HTTP has a message.Closing as its body: 400
// for what is malformed, 401 without a valid sign-in, 403 for a user or a page that may not, 429 for too much, 503 when the gateway stops.
type Gateway struct{}
