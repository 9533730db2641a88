package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/examples/internal/served"
	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

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
			if diff := compare.Diff(want, got); err != nil || diff != "" {
				t.Errorf("find(%s): %v, differs (-want +got):\n%s", number, err, diff)
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
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		everywhere(t, func(t *testing.T, r *rates) {
			_, err := r.db.ExecContext(t.Context(), `insert into rates values
				('1', 'PJSIP/%s@nowhere', 100), ('1', 'Local/congestion@outcome', 200), ('1', 'Local/answer-short@outcome', 300), ('1', 'Local/busy@outcome', 400)`)
			if err != nil {
				t.Fatal(err)
			}
			address := served.Start(t, &router{r})
			call := visit.Enter(t, s, visit.Call{Extension: "1234", Target: "agi://" + address + "/route"})
			call.Await(t, `EXEC "Dial" "PJSIP/1234@nowhere,30,g"`)
			call.Await(t, `EXEC "Dial" "Local/congestion@outcome,30,g"`)
			call.Await(t, `EXEC "Dial" "Local/answer-short@outcome,30,g"`)
			call.Await(t, `SET VARIABLE "ROUTE_STATUS" "ANSWER"`)
			call.Await(t, `SET VARIABLE "ROUTE_TRUNK" "Local/answer-short@outcome"`)
			if end := call.End(t); end.Status != "SUCCESS" {
				t.Errorf("AGISTATUS = %s", end.Status)
			}
		})
	})
}
