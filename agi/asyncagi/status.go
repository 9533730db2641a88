package asyncagi

// StatusVariable is the channel variable that holds a [Status] when the
// channel goes on in the dialplan.
const StatusVariable = "ASYNCAGI_STATUS"

// Status is what became of a call, for the dialplan.
type Status string

const (
	// StatusSuccess: the handler returned nil, or what the hangup explains: see
	// agi.Failed.
	StatusSuccess Status = "SUCCESS"
	// StatusFailure: the handler returned an error, panicked or ended its goroutine, or
	// the session could not begin.
	StatusFailure Status = "FAILURE"
	// StatusBusy: Server.MaxSessions handlers were running, for all of MaxWait.
	StatusBusy Status = "BUSY"
	// StatusUnavailable: the server was shutting down, or closed before the handler
	// could begin.
	StatusUnavailable Status = "UNAVAILABLE"
)
