package agi_test

import (
	"context"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/ended/endedtest"
)

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
		for how, way := range endedtest.Ways {
			serveUnanswered(t, func(ctx context.Context, s *agi.Session, conn *unanswered) {
				ctx, end := way(ctx)
				_ = endedtest.Check(t, name+", "+how, ctx, end, commands(s)[name])
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
		for how, way := range endedtest.Ways {
			ctx, end := way(ctx)
			if err := endedtest.Check(t, how, ctx, end, func(ctx context.Context) error { return s.NoOp(ctx) }); !errors.Is(err, agi.ErrNotSent) {
				t.Errorf("%s: %v, want %v", how, err, agi.ErrNotSent)
			}
		}
		conn.to.End(nil)
		<-first
	})
}

// "Run" and "Script.Run" wait for the environment; the error of "Serve" is its
// handler's.
func TestContextEndsTheEnvironment(t *testing.T) {
	endedtest.Want(t, "RunOver", func(t *testing.T) func(context.Context) error {
		stdin, asterisk := io.Pipe()
		t.Cleanup(func() { _ = asterisk.Close() })
		return func(ctx context.Context) error { return agi.RunOver(ctx, stdin, io.Discard, nil, nil) }
	})
}
