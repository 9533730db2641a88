package session

// form is how an action is answered, where that is not told by the answer.
type form struct {
	unannounced bool // events follow a plain Success, without EventList
	anonymous   bool // the items of its list have no ActionID
	glued       bool // its items and its end come as one block
	silent      bool // it may be answered by nothing, or by lines that are no response
	provisional bool // its first Success only tells that Asterisk has begun; the answer that counts comes after it
}
