package live_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) {
	leak.Main(m, func() {
		lab.Stop()
		if err := os.RemoveAll(built.folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
}
