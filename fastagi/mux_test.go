package fastagi_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// ask calls handler, and returns what it has said.
func ask(t *testing.T, handler agi.Handler, script string) (said string, err error) {
	t.Helper()
	call := agitest.Start(t, handler, &agitest.Config{Script: script, Automatic: true})
	err = call.Wait()
	said, _ = call.Variable("SAID")
	return said, err
}

// sayer says which pattern was matched, and with what.
func sayer(pattern string) func(context.Context, *agi.Session) error {
	return func(ctx context.Context, s *agi.Session) error {
		said := pattern
		for _, name := range []string{"a", "b", "rest"} {
			if value := fastagi.PathValue(ctx, name); value != "" {
				said += " " + name + "=" + value
			}
		}
		_, err := s.Do(ctx, "SET VARIABLE", "SAID", said)
		return err
	}
}

// routes asks a mux of these patterns for each script, and wants what stands
// behind it.
func routes(t *testing.T, patterns []string, wants map[string]string) {
	mux := fastagi.NewMux()
	for _, pattern := range patterns {
		mux.HandleFunc(pattern, sayer(pattern))
	}
	for script, want := range wants {
		t.Run(script, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				said, err := ask(t, mux, script)
				if want == "NOTFOUND" {
					if !errors.Is(err, fastagi.ErrNotFound) {
						t.Errorf("%q: %q, %v, want %v", script, said, err, fastagi.ErrNotFound)
					}
				} else if err != nil || said != want {
					t.Errorf("%q: %q, %v, want %q", script, said, err, want)
				}
			})
		})
	}
}

func TestMux(t *testing.T) {
	routes(t, []string{
		"/{$}", "/ivr", "/ivr/{a}", "/ivr/de", "/ivr/en/{a}", "/ivr/de/{rest...}", "/files/", "/files/{a}/y/{b}", "/top/",
		"/x/{a}/last/{$}", "/größe",
	}, map[string]string{
		"":                        "/{$}",
		"?x=1":                    "/{$}",
		"ivr":                     "/ivr",
		"ivr/":                    "/ivr",
		"ivr?x=/y":                "/ivr",
		"ivr/en":                  "/ivr/{a} a=en",
		"ivr/de":                  "/ivr/de",
		"ivr/en/menu":             "/ivr/en/{a} a=menu",
		"ivr/de/menu":             "/ivr/de/{rest...} rest=menu",
		"ivr/de/a/b%2Fc/d":        "/ivr/de/{rest...} rest=a/b/c/d",
		"ivr/a%2Fb":               "/ivr/{a} a=a/b",
		"ivr/100%":                "/ivr/{a} a=100%",
		"ivr/a+b%20c":             "/ivr/{a} a=a+b c",
		"files":                   "/files/",
		"files/a/b/c":             "/files/",
		"files/a/y/c":             "/files/{a}/y/{b} a=a b=c",
		"files/a/y/":              "/files/",
		"top":                     "/top/",
		"top/":                    "/top/",
		"x/one/last":              "/x/{a}/last/{$} a=one",
		"gr%C3%B6%C3%9Fe":         "/größe",
		"größe":                   "/größe",
		"ivr//menu":               "NOTFOUND",
		"nothing":                 "NOTFOUND",
		"ivr/en/menu/more":        "NOTFOUND",
		"IVR":                     "NOTFOUND",
		"/ivr":                    "NOTFOUND",
		strings.Repeat("x/", 999): "NOTFOUND",
	})
}

// A pattern for all below a path has the path itself, although others have all
// that is above it.
func TestMuxOfSubtrees(t *testing.T) {
	routes(t, []string{
		"/", "/ivr/", "/ivr/sales/", "/ivr/{a}/{rest...}", "/ivr/help/{a}", "/one/{a}", "/one/two/",
	}, map[string]string{
		"":                 "/",
		"other":            "/",
		"ivr":              "/ivr/",
		"ivr/":             "/ivr/",
		"ivr//":            "/ivr/",
		"ivr//x":           "/ivr/",
		"ivr/sales":        "/ivr/sales/",
		"ivr/sales/":       "/ivr/sales/",
		"ivr/sales/de":     "/ivr/sales/",
		"ivr/lost":         "/ivr/{a}/{rest...} a=lost",
		"ivr/lost/and/so":  "/ivr/{a}/{rest...} a=lost rest=and/so",
		"ivr/help":         "/ivr/{a}/{rest...} a=help",
		"ivr/help/me":      "/ivr/help/{a} a=me",
		"ivr/help/me/more": "/ivr/{a}/{rest...} a=help rest=me/more",
		"one":              "/",
		"one/two":          "/one/{a} a=two",
		"one/two/three":    "/one/two/",
	})
}

func TestNotFoundTellsTheDialplan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := agitest.Start(t, new(fastagi.Mux), &agitest.Config{Script: "x", Automatic: true})
		if err := call.Wait(); !errors.Is(err, fastagi.ErrNotFound) || !agi.Failed(err) {
			t.Errorf("Wait() = %v, want %v", err, fastagi.ErrNotFound)
		}
		if status, _ := call.Variable("FASTAGI_STATUS"); status != "NOTFOUND" {
			t.Errorf("FASTAGI_STATUS = %q", status)
		}
		mux := &fastagi.Mux{NotFound: agi.HandlerFunc(sayer("other"))}
		if said, err := ask(t, mux, "x"); said != "other" || err != nil {
			t.Errorf("Mux.NotFound: %q, %v", said, err)
		}
	})
}

func TestRegistrationRefuses(t *testing.T) {
	for _, test := range []struct {
		registered, pattern, want string
	}{
		{"/x", "x", "does not begin"},
		{"/x", "/a//b", "empty"},
		{"/x", "/a{b}", "no wildcard"},
		{"/x", "/{a", "no wildcard"},
		{"/x", "/a}", "no wildcard"},
		{"/x", "/{}", "no wildcard"},
		{"/x", "/{$}/a", "no wildcard"},
		{"/x", "/{a...}/b", "not at the end"},
		{"/x", "/{a}/{a}", "two wildcards"},
		{"/x", "/x", "conflicts"},
		{"/x", "/x/{$}", "conflicts"},
		{"/{a}", "/{b}", "conflicts"},
		{"/a/", "/a/{rest...}", "conflicts"},
		{"/a/{x}", "/{x}/b", "conflicts"},
		{"/a/{x}/", "/{x}/b", ""},
		{"/a/", "/{x}/b", "conflicts"},
		{"/{x}/b", "/a/", "conflicts"},
		{"/a/{x}/c", "/a/{rest...}", ""},
		{"/a/{rest...}", "/a/{x}/c", ""},
		{"/a/{x}/c", "/a/b/{x}", "conflicts"},
		{"/a/{x}/c", "/b/{x}/{y}", ""},
		{"/{x}/{y}", "/{x}", ""},
		{"/{x}/{rest...}", "/{x}", ""},
		{"/", "/{x}", ""},
		{"/{x}", "/", ""},
		{"/", "/{$}", ""},
		{"/{x}/b/", "/a/", "conflicts"},
		{"/{x}", "/a/", ""},
		{"/a/{rest...}", "/a", ""},
	} {
		if said := registering(test.registered, test.pattern); !strings.Contains(said, test.want) || test.want == "" && said != "" {
			t.Errorf("%s behind %s: %q, want %q", test.pattern, test.registered, said, test.want)
		}
	}
}

// registering returns what the second registration panics with.
func registering(first, second string) (said string) {
	mux := fastagi.NewMux()
	mux.HandleFunc(first, noop)
	defer func() {
		if value := recover(); value != nil {
			said = value.(string)
		}
	}()
	mux.HandleFunc(second, noop)
	return ""
}

func TestPathValueWithoutMux(t *testing.T) {
	if value := fastagi.PathValue(t.Context(), "lang"); value != "" {
		t.Errorf("PathValue() = %q", value)
	}
}

func FuzzMux(f *testing.F) {
	f.Add("/ivr/{a}", "ivr/de")
	f.Add("/{a}/{rest...}", "%2F/%")
	f.Fuzz(func(t *testing.T, pattern, script string) {
		if said := registering("/ivr/{a}/x", pattern); said != "" {
			return
		}
		mux := fastagi.NewMux()
		mux.HandleFunc("/ivr/{a}/x", noop)
		mux.HandleFunc(pattern, noop)
		if strings.ContainsAny(script, "\n?") {
			return
		}
		call := agitest.Start(t, mux, &agitest.Config{Script: script, Automatic: true})
		if err := call.Wait(); err != nil && !errors.Is(err, fastagi.ErrNotFound) {
			t.Errorf("%q for %q: %v", pattern, script, err)
		}
	})
}
