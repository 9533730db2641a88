//go:build !linux

package lab

import (
	"errors"
	"os"
	"syscall"
)

var errPlatform = errors.New("needs Linux")

func supported() error                       { return errPlatform }
func canIsolate() error                      { return errPlatform }
func isolated(bool) *syscall.SysProcAttr     { return nil }
func contained() *syscall.SysProcAttr        { return nil }
func lock(string) (unlock func(), err error) { return nil, errPlatform }
func signalPause(*os.Process) error          { return errPlatform }
func signalResume(*os.Process) error         { return errPlatform }
func running(int) bool                       { return false }
