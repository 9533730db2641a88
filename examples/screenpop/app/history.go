package app

import (
	"context"
	"database/sql"
	"time"
)

// PastCall is a call that has ended.
type PastCall struct {
	Server    string    `json:"server,omitempty"`
	ID        string    `json:"id"`
	Number    string    `json:"number"`    // of who is not one of ours, in the form of Numbers
	Direction string    `json:"direction"` // as live.Direction
	DID       string    `json:"did,omitempty"`
	Queue     string    `json:"queue,omitempty"`
	Agent     string    `json:"agent,omitempty"`  // device of the first of ours who answered
	Result    string    `json:"result,omitempty"` // as ami.Result, or abandoned
	Began     time.Time `json:"began"`
	Answered  time.Time `json:"answered,omitzero"`
	Ended     time.Time `json:"ended"`
}

func scanPastCall(rows *sql.Rows) (c PastCall, err error) {
	var began, answered, ended int64
	err = rows.Scan(&c.Server, &c.ID, &c.Number, &c.Direction, &c.DID, &c.Queue, &c.Agent, &c.Result, &began, &answered, &ended)
	c.Began, c.Answered, c.Ended = fromMillis(began), fromMillis(answered), fromMillis(ended)
	return c, err
}

// keepCall writes a call. One that is written again, because more has become known, takes the place of the first.
func (s *store) keepCall(ctx context.Context, c PastCall) error {
	_, err := s.db.ExecContext(ctx, `insert or replace into calls
		(server, id, number, direction, did, queue, agent, result, began, answered, ended) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.Server, c.ID, c.Number, c.Direction, c.DID, c.Queue, c.Agent, c.Result, millis(c.Began), millis(c.Answered), millis(c.Ended))
	return err
}

// dropCall removes a call that has become part of another one.
func (s *store) dropCall(ctx context.Context, server, id string) error {
	_, err := s.db.ExecContext(ctx, "delete from calls where server = ? and id = ?", server, id)
	return err
}

// pastCalls returns the calls of a customer, or of a number that nobody has, the latest first, 20 at most.
func (s *store) pastCalls(ctx context.Context, customer int64, number string) ([]PastCall, error) {
	return all(ctx, s, scanPastCall, `select server, id, number, direction, did, queue, agent, result, began, answered, ended from calls
		where number = ?2 or number in (select number from numbers where customer = ?1)
		order by began desc limit 20`, customer, number)
}
