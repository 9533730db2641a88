package browser_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }
