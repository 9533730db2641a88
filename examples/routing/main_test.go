package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// open makes a database in a file of the test's own.
func open(t *testing.T) *rates {
	t.Helper()
	r, err := openRates(context.Background(), filepath.Join(t.TempDir(), "routing.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// everywhere runs a test on the examples in SQLite, and in the PostgreSQL whose URL is in ROUTING_TEST_POSTGRES, in a
// schema of the test's own.
func everywhere(t *testing.T, test func(*testing.T, *rates)) {
	t.Run("SQLite", func(t *testing.T) { test(t, open(t)) })
	if url := os.Getenv("ROUTING_TEST_POSTGRES"); url != "" {
		t.Run("PostgreSQL", func(t *testing.T) { test(t, openPostgres(t, url)) })
	}
}

func openPostgres(t *testing.T, url string) *rates {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	name := "routing_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(t.Context(), "create schema "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.ExecContext(context.Background(), "drop schema "+name+" cascade")
		if err = errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	})
	separator := "?"
	if strings.Contains(url, "?") {
		separator = "&"
	}
	r, err := openRates(t.Context(), url+separator+"search_path="+name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	if err := r.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFind(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rates) {
		for number, want := range map[string][]route{
			"00442071838750": {{"PJSIP/00442071838750@carrier", 900}, {"PJSIP/00442071838750@transit", 1200}},
			"00447700900123": {{"PJSIP/00447700900123@mobile", 2100}},
			"0033123456789":  nil,
			"00":             nil,
		} {
			got, err := r.find(t.Context(), number)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("find(%s) = %v, %v, want %v", number, got, err, want)
			}
		}
	})
}

func TestExamplesComeOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routing.db")
	for range 2 {
		r, err := openRates(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHostileNumber(t *testing.T) {
	call := agitest.Start(t, &router{open(t)}, &agitest.Config{Env: []string{"agi_extension", "0044&PJSIP/attacker"}})
	if err := call.Wait(); err == nil {
		t.Error("a number with & was dialled")
	}
}

func TestNextTrunkIfOneFails(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rates) {
		_, err := r.db.ExecContext(t.Context(), `insert into rates values
			('1', 'PJSIP/%s@first', 100), ('1', 'PJSIP/%s@second', 200), ('1', 'PJSIP/%s@third', 300)`)
		if err != nil {
			t.Fatal(err)
		}
		call := agitest.Start(t, &router{r}, &agitest.Config{Env: []string{"agi_extension", "1234"}, Automatic: true})
		for _, try := range []struct{ trunk, status string }{{"first", "CHANUNAVAIL"}, {"second", "BUSY"}} {
			dial := call.Expect("EXEC", "Dial", "PJSIP/1234@"+try.trunk+",30,g")
			call.SetVariable("DIALSTATUS", try.status)
			dial.Success()
		}
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
		for name, want := range map[string]string{"ROUTE_STATUS": "BUSY", "ROUTE_TRUNK": "PJSIP/1234@second"} {
			if got, _ := call.Variable(name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
	})
}
