package gateway_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
)

func TestServeClient(t *testing.T) {
	for name, kind := range map[string]string{"client.js": "text/javascript", "client.d.ts": "text/plain"} {
		w := httptest.NewRecorder()
		gateway.ServeClient(w, httptest.NewRequest("GET", "/"+name, nil), name)
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), kind) || !strings.Contains(w.Body.String(), "connect") {
			t.Errorf("%s: %d, %v, %d bytes", name, w.Code, w.Header(), w.Body.Len())
		}
		again := httptest.NewRequest("GET", "/"+name, nil)
		again.Header.Set("If-None-Match", w.Header().Get("ETag"))
		w = httptest.NewRecorder()
		if gateway.ServeClient(w, again, name); w.Code != 304 {
			t.Errorf("%s again: %d, want 304", name, w.Code)
		}
	}
	w := httptest.NewRecorder()
	if gateway.ServeClient(w, httptest.NewRequest("GET", "/x", nil), "../rights.go"); w.Code != 404 {
		t.Errorf("another file: %d, want 404", w.Code)
	}
}
