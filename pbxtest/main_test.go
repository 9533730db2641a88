package pbxtest_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) {
	if part := soakParts[os.Getenv(soakPart)]; part != nil {
		if err := part(os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	leak.Main(m, nil)
}
