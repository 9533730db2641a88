//go:build !unix

package agi

import "errors"

// setNonblock has nothing to do: Asterisk does not run here.
func setNonblock(int) error { return errors.ErrUnsupported }
