package ajam_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestMain(m *testing.M) {
	code := m.Run()
	lab.Stop()
	if left := leaked(); code == 0 && len(left) > 0 {
		fmt.Fprintf(os.Stderr, "%d goroutines left behind:\n%s\n", len(left), strings.Join(left, "\n\n"))
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks that run our code, once they have had a second to
// end.
func leaked() []string {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var left []string
	for range 100 {
		left = ours()
		if len(left) == 0 {
			return nil
		}
		<-tick.C
	}
	return left
}

func ours() []string {
	buf := make([]byte, 4<<20)
	stacks := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
	var left []string
	for _, stack := range stacks[1:] { // the first is this goroutine
		if strings.Contains(stack, "asterisk-go/asterisk-go") {
			left = append(left, stack)
		}
	}
	return left
}
