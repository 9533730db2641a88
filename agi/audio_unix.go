//go:build unix

package agi

import "syscall"

func setNonblock(fd int) error { return syscall.SetNonblock(fd, true) }
