package app

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// opened runs a test with a database, in a bubble, which fails if a goroutine is left when the database is closed.
func opened(t *testing.T, test func(t *testing.T, s *store)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := openStore(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.close(); err != nil {
				t.Error(err)
			}
		}()
		test(t, s)
	})
}

func add(t *testing.T, s *store, name string, numbers ...string) Customer {
	t.Helper()
	c, err := s.addCustomer(t.Context(), Customer{Name: name, Numbers: numbers})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCustomerByEachOfTheirNumbers(t *testing.T) {
	opened(t, func(t *testing.T, s *store) {
		want := add(t, s, "Grace", "+12025550143", "+12025550199")
		for _, number := range want.Numbers {
			if got, err := s.customerOf(t.Context(), number); err != nil || got.ID != want.ID || !slices.Equal(got.Numbers, want.Numbers) {
				t.Errorf("customerOf(%s) = %+v, %v, want %+v", number, got, err, want)
			}
		}
		if _, err := s.customerOf(t.Context(), "+12025550100"); !errors.Is(err, errNotFound) {
			t.Errorf("customerOf a number of nobody: %v, want errNotFound", err)
		}
	})
}

func TestNumberOfAnotherCustomer(t *testing.T) {
	opened(t, func(t *testing.T, s *store) {
		add(t, s, "Grace", "+12025550143")
		_, err := s.addCustomer(t.Context(), Customer{Name: "Impostor", Numbers: []string{"+12025550199", "+12025550143"}})
		if !errors.Is(err, errTaken) {
			t.Errorf("addCustomer = %v, want errTaken", err)
		}
		if found, err := s.search(t.Context(), "Impostor"); err != nil || len(found) != 0 {
			t.Errorf("half a record was left: %+v, %v", found, err)
		}
	})
}

func TestSearchTakesNoPatterns(t *testing.T) {
	opened(t, func(t *testing.T, s *store) {
		add(t, s, "Ann 100% Ltd", "+12025550143")
		add(t, s, "Bob", "+12025550144")
		for text, want := range map[string]int{"%": 1, "_": 0, "b": 1, "25550": 2, `\`: 0, "'": 0, "100%": 1} {
			if found, err := s.search(t.Context(), text); err != nil || len(found) != want {
				t.Errorf("search(%q) = %+v, %v, want %d", text, found, err, want)
			}
		}
	})
}

// A note about a caller without a record is the customer's once there is one.
func TestNotesFollowTheNumber(t *testing.T) {
	opened(t, func(t *testing.T, s *store) {
		const number = "+12025550143"
		note, err := s.addNote(t.Context(), about{number: number, call: "/1"}, Note{Author: "Anna", Text: "wants a quote"})
		if err != nil {
			t.Fatal(err)
		}
		c := add(t, s, "Grace", number)
		later, err := s.addNote(t.Context(), about{number: number}, Note{Author: "Bob", Text: "sent"})
		if err != nil {
			t.Fatal(err)
		}
		open, err := s.openNotes(t.Context(), c.ID, number)
		if err != nil || len(open) != 2 || open[0].ID != later.ID || open[1].ID != note.ID || open[1].Text != "wants a quote" {
			t.Fatalf("open notes %+v, %v, want both, the later first", open, err)
		}
		if err := s.setDone(t.Context(), note.ID, true); err != nil {
			t.Fatal(err)
		}
		if open, err := s.openNotes(t.Context(), c.ID, number); err != nil || len(open) != 1 || open[0].ID != later.ID {
			t.Errorf("open notes %+v, %v, want the one that is not done", open, err)
		}
		if err := s.setDone(t.Context(), 999, true); !errors.Is(err, errNotFound) {
			t.Errorf("a note that there is not: %v, want errNotFound", err)
		}
		if _, err := s.addNote(t.Context(), about{customer: 999}, Note{Author: "Bob", Text: "x"}); !errors.Is(err, errNotFound) {
			t.Errorf("a customer that there is not: %v, want errNotFound", err)
		}
	})
}

func TestHistoryOfAllNumbers(t *testing.T) {
	opened(t, func(t *testing.T, s *store) {
		c := add(t, s, "Grace", "+12025550143", "+12025550199")
		began := time.Now().UTC().Truncate(time.Millisecond)
		for i, number := range []string{"+12025550143", "+12025550199", "+12025550100"} {
			at := began.Add(time.Duration(i) * time.Minute)
			call := PastCall{Server: "a", ID: number, Number: number, Direction: "inbound", Began: at, Ended: at.Add(time.Second)}
			if err := s.keepCall(t.Context(), call); err != nil {
				t.Fatal(err)
			}
			call.Result = "answered" // what becomes known later takes its place
			if err := s.keepCall(t.Context(), call); err != nil {
				t.Fatal(err)
			}
		}
		calls, err := s.pastCalls(t.Context(), c.ID, "+12025550143")
		if err != nil || len(calls) != 2 || calls[0].Number != "+12025550199" || calls[1].Result != "answered" || !calls[1].Began.Equal(began) {
			t.Fatalf("pastCalls = %+v, %v, want those of both numbers, each once, the later first", calls, err)
		}
		if err := s.dropCall(t.Context(), "a", "+12025550199"); err != nil {
			t.Fatal(err)
		}
		if calls, err := s.pastCalls(t.Context(), c.ID, "+12025550143"); err != nil || len(calls) != 1 {
			t.Errorf("pastCalls = %+v, %v after one was dropped", calls, err)
		}
	})
}

// Samples are there once, in a file that is opened again, too.
func TestFileKeepsAll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a?b#c %41.db") // no part of the name is an option
	for range 2 {
		s, err := openStore(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.fill(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := s.search(t.Context(), "e")
		if err != nil || len(found) != len(samples) {
			t.Errorf("%d customers, %v, want %d", len(found), err, len(samples))
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, one := range samples {
		for _, number := range one.customer.Numbers {
			if form, ok := (Numbers{}).Form(number); !ok || form != number {
				t.Errorf("sample %s is not in the one form", number)
			}
		}
	}
}
