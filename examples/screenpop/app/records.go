package app

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// record is what a card shows of who calls.
type record struct {
	Number   string     `json:"number"` // in the one form; as it was asked for, if it is no number
	Customer *Customer  `json:"customer,omitempty"`
	Notes    []Note     `json:"notes,omitempty"`
	Calls    []PastCall `json:"calls,omitempty"`
}

func (a *app) getCustomers(r *http.Request, _ session) (int, any, error) {
	query := r.URL.Query()
	if text := strings.TrimSpace(query.Get("search")); text != "" {
		if utf8.RuneCountInString(text) > maxText {
			return 0, nil, bad("that is too long to search for")
		}
		found, err := a.store.search(r.Context(), text)
		return http.StatusOK, map[string][]Customer{"customers": found}, err
	}
	number, ok := a.config.Numbers.Form(query.Get("number"))
	if !ok { // of a caller without one, or with a text in its place
		return http.StatusOK, record{Number: query.Get("number")}, nil
	}
	found, err := a.recordOf(r, number)
	return http.StatusOK, found, err
}

func (a *app) recordOf(r *http.Request, number string) (record, error) {
	found := record{Number: number}
	customer, err := a.store.customerOf(r.Context(), number)
	switch {
	case err == nil:
		found.Customer = &customer
	case !errors.Is(err, errNotFound):
		return found, err
	}
	if found.Notes, err = a.store.openNotes(r.Context(), customer.ID, number); err != nil {
		return found, err
	}
	found.Calls, err = a.store.pastCalls(r.Context(), customer.ID, number)
	return found, err
}

// typedCustomer is what the page sends of one.
type typedCustomer struct{ Number, Name, Company, Remark string }

func (t typedCustomer) check() (c Customer, err error) {
	c.Name, err = line("the name", t.Name, true)
	if err == nil {
		c.Company, err = line("the company", t.Company, false)
	}
	if err == nil {
		c.Remark, err = line("the remark", t.Remark, false)
	}
	return c, err
}

func (a *app) postCustomer(r *http.Request, _ session) (int, any, error) {
	var typed typedCustomer
	if err := read(r, &typed); err != nil {
		return 0, nil, err
	}
	number, ok := a.config.Numbers.Form(typed.Number)
	if !ok {
		return 0, nil, bad("the number is none")
	}
	if strings.TrimSpace(typed.Name) == "" { // made by one click, of a caller without a name
		typed.Name = number
	}
	customer, err := typed.check()
	if err != nil {
		return 0, nil, err
	}
	customer.Numbers = []string{number}
	customer, err = a.store.addCustomer(r.Context(), customer)
	return http.StatusCreated, customer, err
}

func (a *app) putCustomer(r *http.Request, _ session) (int, any, error) {
	id, err := idOf(r)
	if err != nil {
		return 0, nil, err
	}
	var typed typedCustomer
	if err := read(r, &typed); err != nil {
		return 0, nil, err
	}
	customer, err := typed.check()
	if err != nil {
		return 0, nil, err
	}
	customer.ID = id
	customer, err = a.store.changeCustomer(r.Context(), customer)
	return http.StatusOK, customer, err
}

func (a *app) postNote(r *http.Request, s session) (int, any, error) {
	id, err := idOf(r)
	if err != nil {
		return 0, nil, err
	}
	var typed struct{ Text string }
	if err := read(r, &typed); err != nil {
		return 0, nil, err
	}
	text, err := noteText(typed.Text)
	if err != nil {
		return 0, nil, err
	}
	note, err := a.store.addNote(r.Context(), about{customer: id}, Note{Author: s.user.Name, Text: text})
	return http.StatusCreated, note, err
}

// noteText checks the text of a note, which may have several lines.
func noteText(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", bad("the note is empty")
	case utf8.RuneCountInString(text) > maxNote:
		return "", bad("the note is longer than %d characters", maxNote)
	}
	return text, nil
}

func (a *app) putNote(r *http.Request, _ session) (int, any, error) {
	id, err := idOf(r)
	if err != nil {
		return 0, nil, err
	}
	var typed struct{ Done *bool }
	if err := read(r, &typed); err != nil {
		return 0, nil, err
	}
	if typed.Done == nil {
		return 0, nil, bad("done is missing")
	}
	return http.StatusOK, map[string]bool{"done": *typed.Done}, a.store.setDone(r.Context(), id, *typed.Done)
}

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNotFound
	}
	return id, nil
}
