package lab

import (
	"context"
	"fmt"
	"io"
)

// Open is Start for programs that are no tests: it builds the root if need be, with the progress on out, and runs a
// server that ends with [Server.Close] or with the program. A nil config is the default.
func Open(ctx context.Context, v Version, cfg *Config, out io.Writer) (*Server, error) {
	if err := v.root().available(); err != nil {
		return nil, fmt.Errorf("lab: no Asterisk %s: %w", v, err)
	}
	root, err := Build(ctx, v, out)
	if err != nil {
		return nil, err
	}
	return launch(root, v, cfg, false)
}

// Close ends a server of Open and removes what it wrote.
func (s *Server) Close() error { return s.close() }
