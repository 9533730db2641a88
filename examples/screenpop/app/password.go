package app

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// longestPassword is what bcrypt takes.
const longestPassword = 72

// SignIn is what a user types.
type SignIn struct {
	User     User
	Password string // empty for one that was made at an earlier start
}

// signIns sees to it that each user has a password, and returns them, with those that were made now.
func (a *app) signIns(ctx context.Context) ([]SignIn, error) {
	var made []SignIn
	for _, u := range a.users() {
		known, err := a.store.hasPassword(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		password := u.Password
		if password == "" && !known {
			password = newPassword()
		}
		if password != "" {
			if err := a.setPassword(ctx, u.ID, password); err != nil {
				return nil, err
			}
		}
		u.Password = ""
		made = append(made, SignIn{u, password})
	}
	return made, nil
}

// newPassword is 12 letters and digits in three groups, 60 bits, easy to type.
func newPassword() string {
	text := strings.ToLower(rand.Text())
	return text[:4] + "-" + text[4:8] + "-" + text[8:12]
}

func (a *app) setPassword(ctx context.Context, user, password string) error {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), a.cost)
	if err != nil {
		return err
	}
	_, err = a.store.db.ExecContext(ctx, "insert or replace into passwords (user, hash) values (?, ?)", user, hash)
	return err
}

func (s *store) hasPassword(ctx context.Context, user string) (bool, error) {
	hash, err := s.passwordHash(ctx, user)
	return hash != nil, err
}

// passwordHash returns nil for who has none.
func (s *store) passwordHash(ctx context.Context, user string) (hash []byte, err error) {
	err = s.db.QueryRowContext(ctx, "select hash from passwords where user = ?", user).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return hash, err
}

// checkPassword returns the user; false if there is no such user, or the password is another. Both take as long.
func (a *app) checkPassword(ctx context.Context, id, password string) (User, bool, error) {
	select {
	case a.hashing <- struct{}{}: // few at a time, so that sign-ins can't take the whole machine
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return User{}, false, ctx.Err()
	}
	hash, err := a.store.passwordHash(ctx, id)
	if err != nil {
		return User{}, false, err
	}
	user, known := a.user(id)
	if !known || hash == nil {
		known, hash = false, a.noHash
	}
	err = bcrypt.CompareHashAndPassword(hash, []byte(password))
	return user, err == nil && known, nil
}
