package agi_test

import (
	"os"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(scriptVariable); name != "" {
		for _, end := range endings {
			if ofEnding+end.name == name {
				agi.Main(end.handler)
			}
		}
		scripts[name]()
		os.Exit(3) // the script has returned
	}
	leak.Main(m, lab.Stop)
}
