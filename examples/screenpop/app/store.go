package app

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed schema.sql
var schema string

// Errors of the store that a user can cause.
var (
	errNotFound = errors.New("there is no such record")
	errTaken    = errors.New("the number belongs to another customer")
)

// store is the database. All methods are safe for concurrent use.
type store struct{ db *sql.DB }

// openStore opens a file of SQLite, which it makes if there is none. An empty name is a database in memory.
func openStore(ctx context.Context, file string) (*store, error) {
	name := ":memory:"
	if file != "" {
		name = "file:" + (&url.URL{Path: file}).EscapedPath()
	}
	db, err := sql.Open("sqlite", name+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // in memory each connection would be a database of its own
	s := &store{db}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", file, err), s.close())
	}
	return s, nil
}

func (s *store) close() error { return s.db.Close() }

// change runs statements that belong together.
func (s *store) change(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// all reads the rows of a query.
func all[T any](ctx context.Context, s *store, scan func(*sql.Rows) (T, error), query string, arguments ...any) (found []T, err error) {
	rows, err := s.db.QueryContext(ctx, query, arguments...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// taken turns the error of a number that is there already into ours.
func taken(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
		return errTaken
	}
	return err
}

// missing is errNotFound if a statement has changed nothing.
func missing(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errNotFound, err)
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}
