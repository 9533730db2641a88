package fastagi

import (
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

const (
	firstPause   = 5 * time.Millisecond
	longestPause = time.Second
)

// hasEnded reports whether an error of Accept says that the listener won't
// accept any more. There is no list of those after which it will: accept(2)
// also passes on what has become of one connection, and a listener around
// another has errors of its own.
func hasEnded(err error) bool {
	if errors.Is(err, net.ErrClosed) {
		return true
	}
	var call *os.SyscallError
	if !errors.As(err, &call) || !strings.HasPrefix(call.Syscall, "accept") {
		return false
	}
	return errors.Is(call, syscall.EBADF) || errors.Is(call, syscall.EINVAL) || errors.Is(call, syscall.ENOTSOCK)
}

// pauseAfter doubles with each failure in a row.
func pauseAfter(failures int) time.Duration {
	pause := firstPause
	for n := 1; n < failures && pause < longestPause; n++ {
		pause *= 2
	}
	return min(pause, longestPause)
}

// pause waits, unless the server closes.
func (l *lifecycle) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.closing:
	}
}
