package agi_test

import (
	"os"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) {
	if os.Getenv(audioScript) != "" {
		runAudioScript()
	}
	leak.Main(m, lab.Stop)
}
