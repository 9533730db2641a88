package asyncagi_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
)

// One server serves several Asterisks, with the handler of any other door.
func ExampleServer() {
	ivr := func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "ANSWER"); err != nil {
			return err
		}
		reply, err := s.Do(ctx, "GET DATA", "enter-pin", "5000", "4")
		if err != nil {
			return err
		}
		_, err = s.Do(ctx, "SET VARIABLE", "PIN", reply.Result)
		return err
	}
	server := &asyncagi.Server{
		Handler:     agi.HandlerFunc(ivr),
		Accept:      func(env agi.Env) bool { return len(env.Arguments) > 0 && env.Arguments[0] == "ivr" },
		MaxSessions: 500,
		Logger:      slog.Default(),
	}
	ctx := context.Background()
	for _, address := range []string{"pbx1.example.com", "pbx2.example.com"} {
		client, err := ami.Connect(ctx, address, &ami.Config{Username: "ivr", Secret: "..."})
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer client.Close()
			fmt.Println(server.Serve(ctx, client))
		}()
	}
	// ...
	_ = server.Shutdown(ctx)
}
