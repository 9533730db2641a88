package agi

import "context"

// DatabaseGet returns a value of Asterisk's own database, and whether it is
// there. It may hold anything, for a round trip more, as that of
// [Session.GetVariable].
func (s *Session) DatabaseGet(ctx context.Context, family, key string) (value string, ok bool, err error) {
	return s.runValue(ctx, "", "DATABASE GET", family, key)
}

// DatabasePut stores a value in Asterisk's own database.
func (s *Session) DatabasePut(ctx context.Context, family, key, value string) error {
	return s.runTrue(ctx, "the database did not store it", "DATABASE PUT", family, key, value)
}

// DatabaseDel deletes a value. That it is not there is no error.
func (s *Session) DatabaseDel(ctx context.Context, family, key string) error {
	return s.runTrue(ctx, "the database did not delete it", "DATABASE DEL", family, key)
}

// DatabaseDelTree deletes the key tree of a family with all keys below it, as
// tree/x, or the whole family if tree is "", and reports whether there was
// something. Asterisk takes both names as patterns of SQL: "_" stands for any
// letter and "%" for any text, and case does not matter, so that user_1 is
// USERX1, too.
func (s *Session) DatabaseDelTree(ctx context.Context, family, tree string) (deleted bool, err error) {
	arguments := [...]string{family, tree}
	count := len(arguments)
	if tree == "" {
		count--
	}
	r, err := s.do(ctx, "", "DATABASE DELTREE", arguments[:count]...)
	return err == nil && r.Result == "0", err // handle_dbdeltree has it the other way round than its documentation
}
