package gateway

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"time"
)

// The client for pages, and its types.
//
//go:embed client.js client.d.ts
var client embed.FS

// serveClient answers a GET for client.js or client.d.ts. A browser asks each time whether there is another one: the client is of the
// same version as the gateway.
func serveClient(w http.ResponseWriter, r *http.Request, name string) {
	content, err := client.ReadFile(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/javascript; charset=utf-8")
	if name == "client.d.ts" {
		head.Set("Content-Type", "text/plain; charset=utf-8")
	}
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-cache")
	head.Set("ETag", tag(content))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

// tag names a content, so that a browser that has it is told so.
func tag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}
