package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Limits of what a browser sends.
const (
	maxBody = 32 << 10
	maxText = 128   // characters of a name
	maxNote = 2_000 // characters of a note
)

// refusal is an answer that tells a user why not.
type refusal struct {
	status int
	words  string
}

func (r *refusal) Error() string { return r.words }

func bad(format string, a ...any) error {
	return &refusal{http.StatusBadRequest, fmt.Sprintf(format, a...)}
}

// endpoint is a request of the page: what it returns is the answer.
type endpoint func(r *http.Request, s session) (status int, value any, err error)

// signedIn serves an endpoint for those who are signed in.
func (a *app) signedIn(serve endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s, err := a.sessionOf(r)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		status, value, err := serve(r, s)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		answer(w, status, value)
	}
}

// read reads the body of a request, which is one JSON object.
func read(r *http.Request, into any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" { // a form of another page can't say so without being asked first
		return &refusal{http.StatusUnsupportedMediaType, "the body has to be application/json"}
	}
	decoder := json.NewDecoder(r.Body)
	if err := decoder.Decode(into); err != nil {
		return bad("the body is not what was expected")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return bad("the body has more than one value")
	}
	return nil
}

// line checks a text of one line.
func line(what, text string, required bool) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case required && text == "":
		return "", bad("%s is missing", what)
	case utf8.RuneCountInString(text) > maxText:
		return "", bad("%s is longer than %d characters", what, maxText)
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }):
		return "", bad("%s has characters that can't be shown", what)
	}
	return text, nil
}

// answer writes JSON; nothing for 204.
func answer(w http.ResponseWriter, status int, value any) {
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	text, err := json.Marshal(value)
	if err != nil { // our own types, so a mistake of ours
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer can't be written"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the browser may have gone
}

// fail answers with an error: in words where it is the user's, and in no others.
func (a *app) fail(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	status, words := http.StatusInternalServerError, "something has gone wrong; the log of the server has more"
	switch {
	case errors.As(err, &refused):
		status, words = refused.status, refused.words
	case errors.Is(err, errNoSession):
		status, words = http.StatusUnauthorized, "sign in first"
	case errors.Is(err, errNotFound):
		status, words = http.StatusNotFound, errNotFound.Error()
	case errors.Is(err, errTaken):
		status, words = http.StatusConflict, errTaken.Error()
	case r.Context().Err() != nil: // nobody waits for the answer
	default:
		a.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	answer(w, status, map[string]string{"error": words})
}
