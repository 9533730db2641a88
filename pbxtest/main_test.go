package pbxtest_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, nil) }
