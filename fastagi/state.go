package fastagi

// State is that of a connection. It begins with StateNew and ends with
// StateClosed.
type State int

// The states. A call that the server has room for goes from StateNew to
// StateActive; one beyond MaxSessions to StateWaiting if it may wait, and to
// StateRefused if there is no room for it in time. A peer that sends no
// environment goes from StateNew to StateClosed.
const (
	StateNew     State = iota // connected
	StateWaiting              // for one of MaxSessions
	StateActive               // the handler runs
	StateRefused              // the server is full
	StateClosed
)

// String returns the state in one word: "active".
func (s State) String() string {
	names := [...]string{"new", "waiting", "active", "refused", "closed"}
	if s < 0 || int(s) >= len(names) {
		return "unknown"
	}
	return names[s]
}
