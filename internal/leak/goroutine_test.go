package leak

import "testing"

// A script of amitest ends by runtime.Goexit, as t.FailNow does: its functions are on the stack when its WaitGroup already
// goes on.
func TestExits(t *testing.T) {
	const behind = "runtime.Goexit()\n\t/go/src/runtime/panic.go:690 +0x68\n" +
		module + "ami/amitest.(*Peer).Login(0xc0000a7450)\n\t/ami/amitest/session.go:31 +0x9f\n" +
		"sync.(*WaitGroup).Go.func1()\n\t/go/src/sync/waitgroup.go:258 +0x4a\n"
	const done = "sync.(*WaitGroup).Done(...)\n\t/go/src/sync/waitgroup.go:156\nsync.(*WaitGroup).Go.func1.1()\n\t/go/src/sync/waitgroup.go:250\n"
	for stack, want := range map[string]bool{
		"goroutine 24 [runnable, synctest bubble 1]:\n" + behind:                                                  true,
		"goroutine 24 [running]:\n" + done + behind:                                                               true,
		"goroutine 24 [select]:\n" + behind:                                                                       false,
		"goroutine 24 [runnable]:\n" + module + "ami/amitest.(*Server).finish(0x1)\n\t/x.go:1\n" + behind:         false,
		"goroutine 24 [runnable]:\n" + module + "ami/amitest.(*Peer).Login(0xc0000a7450)\n\t/session.go:31 +0x9f": false,
	} {
		if got := parse(stack).exits(); got != want {
			t.Errorf("exits() = %t, want %t, of\n%s", got, want, stack)
		}
	}
}
