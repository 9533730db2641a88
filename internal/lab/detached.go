package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// detachedState is what Up leaves in the cache for Down and the next Up.
type detachedState struct {
	PID      int
	Root     string
	ID       string
	Asterisk string
	Address  address
	Users    []User
}

// Up starts a server that outlives this process, building its root first if need be; out gets the progress. It
// returns the one that runs already if Up has started one before.
func Up(ctx context.Context, v Version, out io.Writer) (*Server, error) {
	if err := v.root().available(); err != nil {
		return nil, fmt.Errorf("lab: no Asterisk %s: %w", v, err)
	}
	root, err := Build(ctx, v, out)
	if err != nil {
		return nil, err
	}
	path, unlock, err := lockState(v)
	if err != nil {
		return nil, err
	}
	defer unlock()
	state, err := readState(path)
	if err != nil {
		return nil, err
	}
	if state.runs() {
		return state.server(v), nil
	}
	if err := state.remove(path); err != nil {
		return nil, err
	}
	s, err := launch(root, v, nil, true)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(detachedState{s.PID(), s.root, s.id, s.asterisk, s.address, s.users}, "", "\t")
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lab: keep state: %w", err), s.close())
	}
	return s, nil
}

// Down ends the server Up has started and removes its folder; false means there was none.
func Down(ctx context.Context, v Version) (bool, error) {
	path, unlock, err := lockState(v)
	if err != nil {
		return false, err
	}
	defer unlock()
	state, err := readState(path)
	if err != nil || state.ID == "" {
		return false, err
	}
	ran := state.runs()
	if ran {
		if err := state.end(ctx, v); err != nil {
			return false, err
		}
	}
	return ran, state.remove(path)
}

// end asks Asterisk to stop and kills it if it has not after five seconds.
func (d detachedState) end(ctx context.Context, v Version) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, _ = d.server(v).CLI(ctx, "core stop now") // what counts is the end
	if d.gone(ctx) {
		return nil
	}
	process, err := os.FindProcess(d.PID)
	if err == nil && d.runs() {
		err = process.Signal(syscall.SIGKILL)
	}
	if err != nil {
		return fmt.Errorf("lab: kill process %d: %w", d.PID, err)
	}
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if !d.gone(ctx) {
		return fmt.Errorf("lab: process %d does not end", d.PID)
	}
	return nil
}

// gone waits for the end of the process, which is not our child.
func (d detachedState) gone(ctx context.Context) bool {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for d.runs() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// runs is true if the process is the Asterisk Up has started, and not another with its number.
func (d detachedState) runs() bool {
	if d.PID == 0 {
		return false
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", d.PID))
	return err == nil && strings.Contains(string(line), d.server(0).conf())
}

func (d detachedState) server(v Version) *Server {
	return &Server{version: v, asterisk: d.Asterisk, root: d.Root, id: d.ID, address: d.Address, users: d.Users}
}

// remove forgets a server that no longer runs.
func (d detachedState) remove(path string) error {
	if d.ID == "" {
		return nil
	}
	if err := os.RemoveAll(d.server(0).Dir()); err != nil {
		return fmt.Errorf("lab: remove server: %w", err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("lab: forget state: %w", err)
	}
	return nil
}

// lockState locks the state file of a version against other processes.
func lockState(v Version) (path string, unlock func(), err error) {
	cache, err := cacheDir()
	if err != nil {
		return "", nil, fmt.Errorf("lab: cache folder: %w", err)
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", nil, fmt.Errorf("lab: cache folder: %w", err)
	}
	path = filepath.Join(cache, v.suite()+".up.json")
	if unlock, err = lock(path + ".lock"); err != nil {
		return "", nil, fmt.Errorf("lab: lock state: %w", err)
	}
	return path, unlock, nil
}

// readState returns the zero state if there is none.
func readState(path string) (state detachedState, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return state, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		return state, fmt.Errorf("lab: read state %s: %w", path, err)
	}
	return state, nil
}
