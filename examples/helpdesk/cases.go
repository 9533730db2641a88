package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// cases is the helpdesk, over HTTP.
type cases struct {
	url    string
	token  string
	client *http.Client
}

// open opens a case and returns its number.
func (c *cases) open(ctx context.Context, caller, name, call string) (string, error) {
	var opened struct{ Number string }
	err := c.post(ctx, "/cases", map[string]string{"caller": caller, "name": name, "call": call}, &opened)
	if err == nil && (opened.Number == "" || strings.Trim(opened.Number, "0123456789") != "") {
		err = fmt.Errorf("helpdesk: %q is not the number of a case", opened.Number) // it is to be spoken
	}
	return opened.Number, err
}

// note tells how long the call took.
func (c *cases) note(ctx context.Context, number string, took time.Duration) error {
	seconds := fmt.Sprint(int(took.Seconds()))
	return c.post(ctx, "/cases/"+url.PathEscape(number)+"/notes", map[string]string{"seconds": seconds}, nil)
}

const maxAnswer = 1 << 20

func (c *cases) post(ctx context.Context, path string, body map[string]string, answer any) (err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("helpdesk: %s: %s", path, response.Status)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(answer)
}
