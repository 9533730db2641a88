package action_test

import (
	"os"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestMain(m *testing.M) {
	code := m.Run()
	lab.Stop()
	os.Exit(code)
}
