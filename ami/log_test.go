package ami_test

import (
	"io"
	"log/slog"
	"sync"
)

// logTo is a logger whose text is written to w, one record at a time.
func logTo(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// shared is a writer for several goroutines, whose text can be read meanwhile.
type shared struct {
	mu   sync.Mutex // guards text
	text []byte
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
	return len(p), nil
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.text)
}
