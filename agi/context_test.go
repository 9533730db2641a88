package agi_test

import (
	"context"
	"errors"
	"io"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

var errReason = errors.New("my reason")

// ends are the ways in which a context can end while something waits with it.
var ends = map[string]func(context.Context) (context.Context, func()){
	"before": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errReason)
		return ctx, func() {}
	},
	"cancelled": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		return ctx, func() { synctest.Wait(); cancel(errReason) }
	},
	"deadline": func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithTimeoutCause(ctx, time.Second, errReason)
		return ctx, func() { <-ctx.Done(); cancel() }
	},
}

// commands are the methods of Session that take a context, each with arguments that
// it does not refuse, as functions of the context.
func commands(s *agi.Session) map[string]func(ctx context.Context) error {
	all := make(map[string]func(ctx context.Context) error)
	contextType := reflect.TypeFor[context.Context]()
	v := reflect.ValueOf(s)
	for i := range v.NumMethod() {
		method := v.Method(i)
		in := method.Type()
		if in.NumIn() == 0 || in.In(0) != contextType {
			continue
		}
		var arguments []reflect.Value
		for at := 1; at < in.NumIn(); at++ {
			of := in.In(at)
			if in.IsVariadic() && at == in.NumIn()-1 {
				of = of.Elem()
			}
			arguments = append(arguments, anArgument(of))
		}
		all[v.Type().Method(i).Name] = func(ctx context.Context) error {
			results := method.Call(append([]reflect.Value{reflect.ValueOf(ctx)}, arguments...))
			err, _ := results[len(results)-1].Interface().(error)
			return err
		}
	}
	return all
}

// anArgument is a value of a type that no command refuses.
func anArgument(of reflect.Type) reflect.Value {
	v := reflect.New(of).Elem()
	switch v.Kind() {
	case reflect.String:
		v.SetString("1")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && of != reflect.TypeFor[time.Time]() {
				v.Field(i).Set(anArgument(v.Field(i).Type()))
			}
		}
	}
	return v
}

// errors.Is finds both why a context has ended and what it is, over every command
// of "Session.".
func TestContextEndsACommand(t *testing.T) {
	names := commands(new(agi.Session))
	if len(names) < 50 {
		t.Fatalf("Session has %d commands", len(names))
	}
	for name := range names {
		for how, end := range ends {
			serveUnanswered(t, func(ctx context.Context, s *agi.Session, conn *unanswered) {
				ctx, finish := end(ctx)
				over := make(chan error, 1)
				go func() { over <- commands(s)[name](ctx) }()
				finish()
				if err := <-over; !errors.Is(err, errReason) || !errors.Is(err, ctx.Err()) {
					t.Errorf("%s, %s: %v, want %v and %v", name, how, err, errReason, ctx.Err())
				}
			})
		}
	}
}

// A command that waits for its turn, and for the audio of "OpenAudio"; "Audio.Frames" ends in silence, see docs/architecture.md.
func TestContextEndsBeforeACommand(t *testing.T) {
	serveUnanswered(t, func(ctx context.Context, s *agi.Session, conn *unanswered) {
		first := make(chan error, 1)
		go func() { first <- s.NoOp(ctx) }()
		<-conn.sent
		for how, end := range ends {
			ctx, finish := end(ctx)
			over := make(chan error, 1)
			go func() { over <- s.NoOp(ctx) }()
			finish()
			if err := <-over; !errors.Is(err, errReason) || !errors.Is(err, ctx.Err()) || !errors.Is(err, agi.ErrNotSent) {
				t.Errorf("%s: %v, want %v and %v", how, err, errReason, ctx.Err())
			}
		}
		conn.to.End(nil)
		<-first
	})
}

// "Run" and "Script.Run" wait for the environment; the error of "Serve" is its
// handler's.
func TestContextEndsTheEnvironment(t *testing.T) {
	for how, end := range ends {
		synctest.Test(t, func(t *testing.T) {
			stdin, asterisk := io.Pipe()
			ctx, finish := end(t.Context())
			over := make(chan error, 1)
			go func() { over <- agi.RunOver(ctx, stdin, io.Discard, nil, nil) }()
			finish()
			if err := <-over; !errors.Is(err, errReason) || !errors.Is(err, ctx.Err()) {
				t.Errorf("%s: %v, want %v and %v", how, err, errReason, ctx.Err())
			}
			_ = asterisk.Close()
		})
	}
}
