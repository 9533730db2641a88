package asyncagi

// StatusVariable is the channel variable that holds a [Status] when the
// channel goes on in the dialplan.
const StatusVariable = "ASYNCAGI_STATUS"

// Status is what became of a call, for the dialplan.
type Status string

const (
	// Success: the handler returned nil, or what the hangup explains: see
	// agi.Failed.
	Success Status = "SUCCESS"
	// Failure: the handler returned an error, panicked or ended its goroutine, or
	// the session could not begin.
	Failure Status = "FAILURE"
	// Busy: Server.MaxSessions handlers were running, for all of MaxWait.
	Busy Status = "BUSY"
	// Unavailable: the server was shutting down, or closed before the handler
	// could begin.
	Unavailable Status = "UNAVAILABLE"
)
