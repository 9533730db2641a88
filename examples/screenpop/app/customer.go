package app

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// Customer is somebody who calls.
type Customer struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Company string   `json:"company,omitempty"`
	Remark  string   `json:"remark,omitempty"`
	Numbers []string `json:"numbers,omitempty"` // in the form of Numbers
}

const customerColumns = `c.id, c.name, c.company, c.remark, coalesce((select group_concat(number, ' ') from numbers where customer = c.id), '')`

func scanCustomer(rows *sql.Rows) (c Customer, err error) {
	var numbers string
	err = rows.Scan(&c.ID, &c.Name, &c.Company, &c.Remark, &numbers)
	c.Numbers = strings.Fields(numbers)
	return c, err
}

// customerOf returns who has a number; errNotFound if nobody has.
func (s *store) customerOf(ctx context.Context, number string) (Customer, error) {
	found, err := all(ctx, s, scanCustomer,
		"select "+customerColumns+" from customers c join numbers n on n.customer = c.id where n.number = ?", number)
	return only(found, err)
}

func (s *store) customer(ctx context.Context, id int64) (Customer, error) {
	found, err := all(ctx, s, scanCustomer, "select "+customerColumns+" from customers c where c.id = ?", id)
	return only(found, err)
}

func only(found []Customer, err error) (Customer, error) {
	switch {
	case err != nil:
		return Customer{}, err
	case len(found) == 0:
		return Customer{}, errNotFound
	}
	return found[0], nil
}

// search returns customers by a part of their name, company or number, 20 at most.
func (s *store) search(ctx context.Context, text string) ([]Customer, error) {
	like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
	return all(ctx, s, scanCustomer, `select `+customerColumns+` from customers c
		where c.name like ?1 escape '\' or c.company like ?1 escape '\'
			or exists (select 1 from numbers where customer = c.id and number like ?1 escape '\')
		order by c.name, c.id limit 20`, like)
}

// addCustomer makes a record, and gives it the notes of its numbers from when there was none. It is errTaken if one of the
// numbers is somebody's.
func (s *store) addCustomer(ctx context.Context, c Customer) (Customer, error) {
	err := s.change(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "insert into customers (name, company, remark, made) values (?, ?, ?, ?)",
			c.Name, c.Company, c.Remark, millis(time.Now()))
		if err != nil {
			return err
		}
		if c.ID, err = result.LastInsertId(); err != nil {
			return err
		}
		for _, number := range c.Numbers {
			if _, err := tx.ExecContext(ctx, "insert into numbers (number, customer) values (?, ?)", number, c.ID); err != nil {
				return taken(err)
			}
			if _, err := tx.ExecContext(ctx, "update notes set customer = ? where customer is null and number = ?", c.ID, number); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// changeCustomer changes a record, but for its numbers, and returns it.
func (s *store) changeCustomer(ctx context.Context, c Customer) (Customer, error) {
	err := missing(s.db.ExecContext(ctx, "update customers set name = ?, company = ?, remark = ? where id = ?", c.Name, c.Company, c.Remark, c.ID))
	if err != nil {
		return Customer{}, err
	}
	return s.customer(ctx, c.ID)
}

// Note is what somebody has written about a customer, or about one of their calls. It is open until it is done.
type Note struct {
	ID     int64     `json:"id"`
	Author string    `json:"author"`
	Text   string    `json:"text"`
	Made   time.Time `json:"made"`
	Done   bool      `json:"done,omitempty"`
}

func scanNote(rows *sql.Rows) (n Note, err error) {
	var made int64
	err = rows.Scan(&n.ID, &n.Author, &n.Text, &made, &n.Done)
	n.Made = fromMillis(made)
	return n, err
}

// about is what a note is about: a customer, or a number that nobody has, and a call of theirs.
type about struct {
	customer int64 // 0 for who has Number
	number   string
	call     string
}

// addNote writes a note.
func (s *store) addNote(ctx context.Context, a about, n Note) (Note, error) {
	if a.customer == 0 && a.number != "" {
		c, err := s.customerOf(ctx, a.number)
		if err != nil && !errors.Is(err, errNotFound) {
			return n, err
		}
		a.customer = c.ID
	}
	customer := sql.NullInt64{Int64: a.customer, Valid: a.customer != 0}
	n.Made = time.Now().UTC().Truncate(time.Millisecond)
	result, err := s.db.ExecContext(ctx, `insert into notes (customer, number, call, author, text, made)
		select ?1, ?2, ?3, ?4, ?5, ?6 where ?1 is null or exists (select 1 from customers where id = ?1)`,
		customer, a.number, a.call, n.Author, n.Text, millis(n.Made))
	if err := missing(result, err); err != nil {
		return n, err
	}
	n.ID, err = result.LastInsertId()
	return n, err
}

func (s *store) setDone(ctx context.Context, note int64, done bool) error {
	return missing(s.db.ExecContext(ctx, "update notes set done = ? where id = ?", done, note))
}

// openNotes returns the open notes of a customer, or of a number that nobody has, the latest first, 20 at most.
func (s *store) openNotes(ctx context.Context, customer int64, number string) ([]Note, error) {
	return all(ctx, s, scanNote, `select id, author, text, made, done from notes
		where done = 0 and case when ?1 > 0 then customer = ?1 else customer is null and number = ?2 end
		order by made desc, id desc limit 20`, customer, number)
}
