package gateway

// ServeClient is serveClient for tests.
var ServeClient = serveClient
