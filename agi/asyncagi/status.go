package asyncagi

// StatusVariable is the channel variable that holds a [Status] when the
// channel goes on in the dialplan.
const StatusVariable = "ASYNCAGI_STATUS"

// Status is what became of a call, for the dialplan.
type Status string

const (
	// Success: the handler returned nil.
	Success Status = "SUCCESS"
	// Failure: the handler returned an error or panicked, or the session
	// could not begin.
	Failure Status = "FAILURE"
	// Busy: Server.MaxSessions handlers were running.
	Busy Status = "BUSY"
	// Unavailable: the server was shutting down.
	Unavailable Status = "UNAVAILABLE"
)
