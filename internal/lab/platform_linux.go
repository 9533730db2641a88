package lab

import (
	"os"
	"os/exec"
	"syscall"
)

func supported() error { return nil }

// canIsolate tries what every server needs; a container without CAP_SYS_ADMIN refuses it.
func canIsolate() error {
	cmd := exec.Command("true")
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	return cmd.Run()
}

// isolated gives a child its own mounts. One that is not detached dies with the thread that started it, so that
// no server outlives a test binary, however it ends.
func isolated(detached bool) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Setsid: true}
	if !detached {
		attr.Pdeathsig = syscall.SIGKILL
	}
	return attr
}

// contained is isolated for a program of many processes: they all end with the first.
func contained() *syscall.SysProcAttr {
	attr := isolated(false)
	attr.Cloneflags = syscall.CLONE_NEWPID
	return attr
}

// lock takes the lock of a file between processes, waiting for it.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := flock(f); err != nil {
		f.Close()
		return nil, &os.PathError{Op: "flock", Path: path, Err: err}
	}
	return func() { f.Close() }, nil
}

func flock(f *os.File) error {
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			return err
		}
	}
}

func signalPause(p *os.Process) error  { return p.Signal(syscall.SIGSTOP) }
func signalResume(p *os.Process) error { return p.Signal(syscall.SIGCONT) }

// running is true for a process that exists, whoever owns it.
func running(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || err == syscall.EPERM
}
