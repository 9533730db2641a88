package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"
)

// remote is a monitor in another process.
type remote struct{ url string }

// report is as reporter has it: a caller waits for the answer, which comes at once or not at all.
func (r *remote) report(ctx context.Context, uniqueID string, choices []string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	body, err := json.Marshal(choices)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, r.url+"/sessions/"+url.PathEscape(uniqueID), bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the monitor answers %s", response.Status)
	}
	return nil
}

// takeReports serves PUT /sessions/{uniqueid} with a list of choices, until it is closed.
func takeReports(address string, to reporter) (*http.Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	slog.Info("taking reports", "address", listener.Addr())
	server := &http.Server{Handler: reports(to), ReadTimeout: 5 * time.Second}
	// Ends with the server.
	go func() { _ = server.Serve(listener) }()
	return server, nil
}

func reports(to reporter) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /sessions/{uniqueid}", func(w http.ResponseWriter, r *http.Request) {
		var choices []string
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&choices); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := to.report(r.Context(), r.PathValue("uniqueid"), choices); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}
