package lab

import (
	"context"
	"io"
	"testing"
)

// tools is a root with programs that tests need beside an Asterisk.
var tools = root{"tools", "tools", "bookworm", []string{"espeak-ng", "nginx-light"}}

// BuildTools is [Build] for the folder of [Tools].
func BuildTools(ctx context.Context, out io.Writer) (string, error) { return tools.build(ctx, out) }

// Tools returns a folder to chroot into that has espeak-ng and nginx, in which tests must not write but below a
// folder of their own. The test is skipped where there can be none.
func Tools(t testing.TB) string {
	t.Helper()
	return tools.forTest(t)
}
