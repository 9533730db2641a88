package fastagi

import (
	"context"
	"net/url"
	"strings"
)

type matchKey struct{}

// match is what a handler's context has of the path.
type match struct {
	pattern *pattern
	parts   []string
}

// PathValue returns what the wildcard of that name stands for in the path of
// the call, decoded; "" without one. ctx is that of the handler.
func PathValue(ctx context.Context, name string) string {
	m, ok := ctx.Value(matchKey{}).(match)
	if !ok {
		return ""
	}
	for _, n := range m.pattern.names {
		switch {
		case n.text != name:
		case n.rest:
			return strings.Join(m.parts[n.at:], "/")
		default:
			return m.parts[n.at]
		}
	}
	return ""
}

// split takes a path apart, and decodes its parts.
func split(path string) []string {
	path = strings.TrimRight(path, "/")
	if path == "" {
		return nil
	}
	parts := strings.Split(path, "/")
	if !strings.Contains(path, "%") {
		return parts
	}
	for i, part := range parts {
		if decoded, err := url.PathUnescape(part); err == nil {
			parts[i] = decoded
		}
	}
	return parts
}
