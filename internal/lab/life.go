package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

var errNotRunning = errors.New("lab: server is not running")

// PID returns the process id of Asterisk, 0 while it is not running.
func (s *Server) PID() int {
	p, err := s.current()
	if err != nil {
		return 0
	}
	return p.os.Pid
}

// Died reports whether Asterisk has ended, or does so within a time: a crash is known a moment after its connections are reset.
func (s *Server) Died(within time.Duration) bool {
	p, err := s.current()
	if err != nil {
		return !s.External()
	}
	over := time.NewTimer(within)
	defer over.Stop()
	select {
	case <-p.done:
		return true
	case <-over.C:
		return false
	}
}

// Kill ends the server with SIGKILL and waits until it is gone.
func (s *Server) Kill() error {
	p, err := s.current()
	if err != nil {
		return err
	}
	p.kill()
	return nil
}

// Stop ends the server in an orderly way, with SIGKILL after five seconds. Its folder stays for a Restart.
func (s *Server) Stop() error {
	p, err := s.current()
	if err != nil {
		return err
	}
	if err := s.Resume(); err != nil && !p.ended() {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _ = s.CLI(ctx, "core stop now") // the console may be cut off before it answers; what counts is the end
	select {
	case <-p.done:
	case <-ctx.Done():
		p.kill()
	}
	return nil
}

// Restart starts the server again at the same addresses, killing it first if it runs.
func (s *Server) Restart() error {
	if p, err := s.current(); err == nil {
		p.kill()
	}
	return s.start()
}

// Pause stops the process where it is (SIGSTOP): connections stay open and nothing answers.
func (s *Server) Pause() error {
	return s.pause(true)
}

// Resume lets a paused server go on.
func (s *Server) Resume() error {
	return s.pause(false)
}

func (s *Server) pause(paused bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil || s.process.ended() {
		return errNotRunning
	}
	signal := signalResume
	if paused {
		signal = signalPause
	}
	if err := signal(s.process.os); err != nil {
		return fmt.Errorf("lab: pause or resume: %w", err)
	}
	return nil
}

// current is the process if it runs.
func (s *Server) current() (*process, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil || s.process.ended() {
		return nil, errNotRunning
	}
	return s.process, nil
}

// close ends the server and removes what it wrote.
func (s *Server) close() error {
	if p, err := s.current(); err == nil {
		p.kill()
	}
	if s.id == "" {
		return nil
	}
	return os.RemoveAll(s.Dir())
}

// Log returns what the server has logged and printed so far.
func (s *Server) Log() string {
	log := ""
	for _, name := range []string{"console.log", "messages.log"} {
		text, _ := os.ReadFile(filepath.Join(s.Dir(), "log", name)) // absent until there is something to say
		log += string(text)
	}
	return log
}
