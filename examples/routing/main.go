// Routing sends each call over the cheapest trunk that takes it: a FastAGI server with its rates in an SQL database.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./routing:
//
//	go run ./routing                                         rates in routing.db, which is made with examples
//	go run ./routing -database postgres://user@host/rates    rates in PostgreSQL, which has the table of schema.sql
//
// In extensions.conf:
//
//	exten => _00X.,1,AGI(agi://127.0.0.1/route)
//	 same => n,GotoIf($["${ROUTE_STATUS}" = "ANSWER"]?done)
//	 same => n,Playback(all-circuits-busy-now)
//	 same => n(done),Hangup()
package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4573", "`address` to serve at")
	database := flag.String("database", "routing.db", "`file` of SQLite, or URL of PostgreSQL")
	flag.Parse()
	rates, err := openRates(context.Background(), *database)
	if err != nil {
		slog.Error("open the rates", "error", err)
		os.Exit(1)
	}
	defer rates.close()
	if err := serve(*listen, &router{rates}); err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}
