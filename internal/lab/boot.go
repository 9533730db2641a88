package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const bootTime = 30 * time.Second

var errPortTaken = errors.New("a port was taken meanwhile")

// ReleaseBoot lets a boot held by Config.HoldBoot complete; see [Server.Booted].
func (s *Server) ReleaseBoot() error {
	if err := os.Remove(s.holdFile()); err != nil {
		return fmt.Errorf("lab: release boot: %w", err)
	}
	return nil
}

// Booted waits until the server is fully booted.
func (s *Server) Booted(ctx context.Context) error {
	control := filepath.Join(s.Dir(), "run", "asterisk.ctl")
	err := s.poll(ctx, func() bool {
		if _, err := os.Stat(control); err != nil {
			return false
		}
		_, err := s.CLI(ctx, "core waitfullybooted")
		return err == nil
	})
	if err != nil {
		return fmt.Errorf("lab: Asterisk %s did not boot: %w\n%s", s.version, err, tail(s.Log(), 30))
	}
	return nil
}

// listening waits until AMI greets.
func (s *Server) listening(ctx context.Context) error {
	if err := s.poll(ctx, func() bool { return s.greets(ctx) }); err != nil {
		return fmt.Errorf("lab: AMI of Asterisk %s does not answer: %w\n%s", s.version, err, tail(s.Log(), 30))
	}
	return nil
}

func (s *Server) greets(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.AMI())
	if err != nil {
		return false
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return false
	}
	banner, _ := bufio.NewReader(conn).ReadString('\n')
	return strings.HasPrefix(banner, "Asterisk Call Manager/")
}

// poll tries until done says yes, the process ends or ctx does.
func (s *Server) poll(ctx context.Context, done func() bool) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		p, err := s.current()
		if err != nil {
			return errors.New("the process has ended")
		}
		if s.portTaken() {
			return errPortTaken
		}
		select {
		case <-tick.C:
		case <-p.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// start runs the process and waits as far as the config wants; on failure nothing is left running.
func (s *Server) start() error {
	if err := s.run(); err != nil {
		return fmt.Errorf("lab: start Asterisk %s: %w", s.version, err)
	}
	if s.config.NoWait {
		return nil
	}
	err := s.ready()
	if err == nil && s.portTaken() { // of another listener than AMI
		err = fmt.Errorf("lab: start Asterisk %s: %w\n%s", s.version, errPortTaken, tail(s.Log(), 30))
	}
	if err != nil {
		_ = s.Kill() // an error means it has ended by itself
	}
	return err
}

// run starts the process.
func (s *Server) run() error {
	if err := s.arm(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := startProcess(s.root, s.conf(), filepath.Join(s.Dir(), "log", "console.log"), s.detached)
	if err == nil {
		s.process = p
	}
	return err
}

// ready waits until clients can come.
func (s *Server) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), bootTime+s.config.BootDelay)
	defer cancel()
	if !s.config.HoldBoot {
		if err := s.Booted(ctx); err != nil {
			return err
		}
	}
	return s.listening(ctx)
}

// portTaken finds what main/tcptls.c and the channel drivers log when a bind fails.
func (s *Server) portTaken() bool {
	return strings.Contains(s.Log(), "Address already in use")
}

// arm clears what the last run left and sets what makes this boot slow; boot.sh reads it.
func (s *Server) arm() error {
	for _, old := range []string{"run/asterisk.ctl", "log/console.log", "log/messages.log"} {
		if err := os.Remove(filepath.Join(s.Dir(), old)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if s.config.HoldBoot {
		if err := os.WriteFile(s.holdFile(), nil, 0o600); err != nil {
			return err
		}
	}
	if s.config.BootDelay > 0 {
		return os.WriteFile(filepath.Join(s.Dir(), "delay"), nil, 0o600)
	}
	return nil
}

func (s *Server) holdFile() string { return filepath.Join(s.Dir(), "hold") }

// tail returns the last n lines.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
