package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

//go:embed schema.sql
var schema string

//go:embed examples.sql
var examples string

// rates is the table of what calls cost.
type rates struct{ db *sql.DB }

// openRates opens a database by the URL of PostgreSQL or the file of SQLite, which it makes if there is none.
func openRates(ctx context.Context, database string) (*rates, error) {
	if strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://") {
		db, err := sql.Open("pgx", database)
		if err != nil {
			return nil, err
		}
		return (&rates{db}).check(db.PingContext(ctx))
	}
	db, err := sql.Open("sqlite", database)
	if err != nil {
		return nil, err
	}
	r := &rates{db}
	return r.check(r.fill(ctx))
}

// fill makes the table, with examples if it is new.
func (r *rates) fill(ctx context.Context) error {
	if _, err := r.db.ExecContext(ctx, schema); err != nil {
		return err
	}
	var n int
	if err := r.db.QueryRowContext(ctx, "select count(*) from rates").Scan(&n); err != nil || n > 0 {
		return err
	}
	_, err := r.db.ExecContext(ctx, examples)
	return err
}

func (r *rates) check(err error) (*rates, error) {
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// route is a way to a number.
type route struct {
	trunk string // what to dial
	price int    // thousandths of a cent a minute
}

// find returns the ways to a number, the cheapest first: those of the longest prefix that fits, since a shorter one is
// about other destinations.
func (r *rates) find(ctx context.Context, number string) (routes []route, err error) {
	rows, err := r.db.QueryContext(ctx, `
		select trunk, price from rates
		where prefix = (select prefix from rates where substr($1, 1, length(prefix)) = prefix order by length(prefix) desc limit 1)
		order by price, trunk`, number)
	if err != nil {
		return nil, fmt.Errorf("rates for %s: %w", number, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var found route
		if err := rows.Scan(&found.trunk, &found.price); err != nil {
			return nil, err
		}
		found.trunk = strings.ReplaceAll(found.trunk, "%s", number)
		routes = append(routes, found)
	}
	return routes, rows.Err()
}

func (r *rates) close() error { return r.db.Close() }
