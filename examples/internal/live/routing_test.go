package live_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestRoutingTriesTheNextTrunk(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		file := filepath.Join(t.TempDir(), "routing.db")
		address := serving(t, "routing", nil, "-database", file) // which makes the table
		addRates(t, file)
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
}

func addRates(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `insert into rates values
		('1', 'PJSIP/%s@nowhere', 100), ('1', 'Local/congestion@outcome', 200), ('1', 'Local/answer-short@outcome', 300), ('1', 'Local/busy@outcome', 400)`)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
