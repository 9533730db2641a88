// Script is the witness as a program that Asterisk starts. It appends its report to a file beside itself, named like it.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/stranger/witness"
)

func main() {
	agi.Main(agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		program, err := os.Executable()
		if err != nil {
			return err
		}
		file, err := os.OpenFile(program+".reports", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		defer file.Close()
		return json.NewEncoder(file).Encode(witness.Watch(ctx, s))
	}))
}
