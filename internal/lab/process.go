package lab

import (
	"os"
	"os/exec"
	"runtime"
)

// process is a running Asterisk, or Chromium.
type process struct {
	os   *os.Process
	done chan struct{} // closed when it has ended and is reaped
	exit error         // read it after done is closed: nil if it ended by itself and says that all is well
}

// inNamespace ends in Asterisk itself, so that the pid is Asterisk's: exec keeps it. Asterisk gets no name servers:
// no test is to depend on one.
const inNamespace = `mount -t proc proc "$1/proc" &&
mount --bind "$1/dev/null" "$1/etc/resolv.conf" &&
exec chroot "$1" /usr/sbin/asterisk -f -C "$2"`

// startProcess runs Asterisk in root; what it prints goes to the file output.
func startProcess(root, conf, output string, detached bool) (*process, error) {
	out, err := os.OpenFile(output, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command("sh", "-c", inNamespace, "sh", root, conf)
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = isolated(detached)
	return run(cmd)
}

// run starts a command and waits for it.
func run(cmd *exec.Cmd) (*process, error) {
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	// Ends when the process does, for which kill waits. The thread is its own because Linux sends Pdeathsig
	// when the thread that started the child ends.
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		p.os = cmd.Process
		started <- err
		if err == nil {
			p.exit = cmd.Wait() // why is in its log
			close(p.done)
		}
	}()
	return p, <-started
}

// ended is true once the process is gone.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// kill ends it at once, also while it is paused, and waits until it is gone.
func (p *process) kill() {
	_ = p.os.Kill() // an error means it has ended already
	<-p.done
}
