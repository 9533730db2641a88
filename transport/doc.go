// Package transport reads and writes the two shapes that all text protocols
// of Asterisk are made of: a line, and a block of "Key: Value" lines that an
// empty line ends.
//
// A [Reader] frames what a peer sends. [Reader.Next] gives one [Block], a view
// that is valid until the next call; [Block.Fields] makes a copy to keep:
//
//	r := transport.NewReader(conn, nil)
//	for {
//		block, err := r.Next()
//		if err != nil {
//			return err
//		}
//		if block.Get("Event") == "Hangup" {
//			hangups = append(hangups, block.Fields())
//		}
//	}
//
// A [Builder] makes a block to send. It refuses a key or value that the peer
// would read as something else, so nothing a user typed can inject a field.
//
// [Fields] keeps order, repeated keys and the spelling of the peer; look-up
// ignores case. The package knows no word of Asterisk and starts no goroutine.
package transport
