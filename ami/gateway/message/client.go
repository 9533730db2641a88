package message

// Hello is the first message of the browser.
type Hello struct {
	Type     string `json:"type" enum:"hello"`
	Versions []int  `json:"versions"`           // that the client speaks
	Ticket   string `json:"ticket,omitempty"`   // single use; absent where a cookie says who the user is
	Instance string `json:"instance,omitempty"` // of the last Welcome or Reset; absent for a snapshot
	Revision uint64 `json:"revision,omitempty"` // of the last Update
}

// Action asks for something to be done. Its ID is the client's: the gateway remembers it for ten minutes, and answers an
// Action that it knows with the Result of the first one, without doing it again. So a client that has lost its connection sends the
// same Action again, with all its fields as they were, for some minutes at most.
type Action struct {
	Type string `json:"type" enum:"action"`
	ID   string `json:"id" pattern:"^[A-Za-z0-9_-]{8,64}$"` // 8 to 64 letters, digits, - and _; new for each Action of a user, as crypto.randomUUID makes it
	// Instance is the one that the client knew when it made the Action. A gateway that was started since remembers nothing of
	// before, so it does nothing, and answers that the outcome is unknown. It may be absent in an Action that is never sent again.
	Instance string `json:"instance,omitempty"`
	Action   Name   `json:"action"`
	// Key is the object that it is about: a Party, Parked, Member, for a login a Queue, for a note a Call, or a Party and its Call. Dial has none.
	Key string `json:"key,omitempty"`
	// Device is the key of the user's own Device to do it with; it may be left out if the user has one. For a login it may be
	// another's Device, for a user who has the login in Self.Others.
	Device string `json:"device,omitempty"`
	Number string `json:"number,omitempty"` // to dial, or to transfer to: digits, *, # and a leading +
	Reason string `json:"reason,omitempty"` // of a pause; one line of at most MaxReason characters
	On     *bool  `json:"on,omitempty"`     // of pause, record and pauseRecording, which need it: whether to begin or to end it
	Text   string `json:"text,omitempty"`   // of a note; at most MaxNote characters
}

// Name is what an Action does.
type Name string

// What an Action does, and which object its Key names.
const (
	NameDial           Name = "dial"           // call Number; the user's own phone rings first. No Key
	NameAnswer         Name = "answer"         // answer a ringing Party of the user, where the phone is able to
	NameHangup         Name = "hangup"         // end a Party
	NameTransfer       Name = "transfer"       // send whom the Party talks with to Number, at once
	NameConsult        Name = "consult"        // begin an attended transfer of the Party's call to Number; it ends when the Party hangs up
	NamePark           Name = "park"           // park whom the Party talks with
	NameRetrieve       Name = "retrieve"       // fetch a ParkedCall with Device
	NamePickup         Name = "pickup"         // take the call of a ringing Party with Device
	NamePause          Name = "pause"          // pause a Member with Reason, or end its pause
	NameLogin          Name = "login"          // add a Device to a Queue: Key is the Queue
	NameLogout         Name = "logout"         // remove a Member
	NameRecord         Name = "record"         // begin to record a Party, or end it
	NamePauseRecording Name = "pauseRecording" // leave out what is said, or record it again
	NameListen         Name = "listen"         // listen to a Party with Device
	NameNote           Name = "note"           // write Text to a Call; the application keeps it
)
