package agi

import "context"

// DatabaseGet returns a value of Asterisk's own database, and whether there is
// one ([DATABASE GET]). The value may hold anything; to find its end takes one
// more round trip over stdin and TCP, as with [Session.GetVariable].
//
// [DATABASE GET]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/database_get/
func (s *Session) DatabaseGet(ctx context.Context, family, key string) (value string, ok bool, err error) {
	return s.runValue(ctx, "", "DATABASE GET", family, key)
}

// DatabasePut stores a value in Asterisk's own database, in place of an earlier
// one ([DATABASE PUT]).
//
// [DATABASE PUT]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/database_put/
func (s *Session) DatabasePut(ctx context.Context, family, key, value string) error {
	return s.runTrue(ctx, "the database did not store it", "DATABASE PUT", family, key, value)
}

// DatabaseDel deletes a value of Asterisk's own database ([DATABASE DEL]). It
// is no error if there is none.
//
// [DATABASE DEL]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/database_del/
func (s *Session) DatabaseDel(ctx context.Context, family, key string) error {
	return s.runTrue(ctx, "the database did not delete it", "DATABASE DEL", family, key)
}

// DatabaseDelTree deletes the keys below a tree of a family, as in tree/x, and
// the key tree itself ([DATABASE DELTREE]). A tree of "" means the whole
// family. It reports whether there was anything to delete. Asterisk takes both
// names as patterns of SQL: "_" stands for any letter and "%" for any text, and
// case does not matter. So user_1 also deletes USERX1.
//
// [DATABASE DELTREE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/database_deltree/
func (s *Session) DatabaseDelTree(ctx context.Context, family, tree string) (deleted bool, err error) {
	arguments := [...]string{family, tree}
	count := len(arguments)
	if tree == "" {
		count--
	}
	r, err := s.do(ctx, "", "DATABASE DELTREE", arguments[:count]...)
	return err == nil && r.Result == "0", err // handle_dbdeltree has it the other way round than its documentation
}
