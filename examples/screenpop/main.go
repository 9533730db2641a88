// Screenpop shows who calls, on the screen of whose phone rings: number and name, the customer's record with open notes and
// earlier calls, and buttons to transfer, park and hang up; and a wallboard for supervisors. Users sign in with a browser.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own, name that in the import of its
// package app, and write . for ./screenpop:
//
//	export PBX=pbx.example.com ASTERISK_USER=screenpop ASTERISK_SECRET=...
//	go run ./screenpop -context out -dial '1XX,0X.' -country 49
//
// Without ASTERISK_SECRET it asks for the secret. It says what the login can't do, and shows sign-ins with passwords that were
// made at the start: one for each phone of PJSIP and one for a supervisor, or those of a file, as
//
//	[{"id": "anna", "name": "Anna", "role": "agent", "devices": ["PJSIP/100"], "queues": ["support"], "team": ["PJSIP/101"]}]
//
// Numbers may be dialled, and calls transferred, only as -dial and -context say. In manager.conf:
//
//	[screenpop]
//	secret = ...
//	read = call,agent,dialplan,reporting
//	write = call,agent,originate,reporting,system
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	config, err := parse(os.Args[1:], os.Getenv, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if config.PBX.Secret == "" {
		if config.PBX.Secret, err = ask(config.PBX); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	if err := app.Run(ctx, config); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// parse reads the command line and the environment.
func parse(args []string, env func(string) string, stderr io.Writer) (app.Config, error) {
	level := new(slog.LevelVar)
	level.Set(slog.LevelError) // what goes wrong until browsers can connect is Run's error
	c := app.Config{
		Out: os.Stdout, Log: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level})),
		Started: func(string, []app.SignIn) { level.Set(slog.LevelInfo) },
	}
	c.PBX.Secret = env("ASTERISK_SECRET")
	flags := flag.NewFlagSet("screenpop", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.PBX.Address, "pbx", env("PBX"), "`host:port` of the PBX's AMI; also PBX")
	flags.StringVar(&c.PBX.Username, "user", env("ASTERISK_USER"), "`name` in manager.conf; also ASTERISK_USER. Its secret is ASTERISK_SECRET, or asked for")
	flags.BoolVar(&c.PBX.TLS, "tls", false, "reach the PBX by TLS")
	flags.StringVar(&c.PBX.Context, "context", "", "`context` of the dialplan with the numbers that users dial; empty allows no calls")
	flags.Var(list{&c.PBX.Outside}, "outside", "`devices` that lead outside, as PJSIP/provider")
	flags.Var(list{&c.PBX.CanAnswer}, "can-answer", "`devices` that answer when they are asked to")
	flags.Var(list{&c.Dial}, "dial", "`patterns` of numbers that may be dialled, as 1XX,0Z.; none if empty")
	users := flags.String("users", "", "`file` of users, as JSON; without it there is one for each phone")
	flags.StringVar(&c.Data, "data", "", "`file` of the database; without it all is forgotten at the end")
	flags.BoolVar(&c.Samples, "samples", true, "begin with sample customers if there are none")
	flags.StringVar(&c.Listen, "listen", "127.0.0.1:8080", "`host:port` for browsers")
	flags.Var(list{&c.Hosts}, "hosts", "`names` by which browsers reach it, as crm.example.com; those of -listen are always among them")
	flags.StringVar(&c.Certificate, "cert", "", "`file` of a certificate, for TLS")
	flags.StringVar(&c.Key, "key", "", "`file` of its key")
	flags.StringVar(&c.Numbers.Country, "country", "", "calling `code` of the PBX's country, as 49, to know numbers in all their forms")
	flags.StringVar(&c.CustomerURL, "customer-url", "", "`URL` of a customer in another CRM, with {number} in it")
	flags.Var(list{&c.Reasons}, "reasons", "`reasons` of pauses, to choose from")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stderr)
		flags.PrintDefaults()
		return c, err
	case err != nil:
		return c, fmt.Errorf("%w (-help shows all flags)", err)
	case flags.NArg() > 0:
		return c, fmt.Errorf("%q is no flag (-help shows all)", flags.Arg(0))
	case c.PBX.Address == "" || c.PBX.Username == "":
		return c, errors.New("name the PBX and its user: PBX=host:port ASTERISK_USER=name, or -pbx and -user")
	}
	if *users == "" {
		return c, nil
	}
	return c, readUsers(*users, &c)
}

// readUsers reads a file of users. A name that is written wrong would be a right that is missing, so it is an error.
func readUsers(file string, c *app.Config) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c.Users); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// list is a flag of several texts with commas.
type list struct{ texts *[]string }

func (l list) String() string { return "" }

func (l list) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*l.texts = append(*l.texts, part)
		}
	}
	return nil
}

// ask asks for the secret at the terminal, without showing it.
func ask(pbx app.PBX) (string, error) {
	input := int(os.Stdin.Fd())
	if !term.IsTerminal(input) {
		return "", fmt.Errorf("there is no secret: set ASTERISK_SECRET")
	}
	host, _, err := net.SplitHostPort(pbx.Address)
	if err != nil {
		host = pbx.Address
	}
	fmt.Fprintf(os.Stderr, "Secret of %s at %s: ", pbx.Username, host)
	secret, err := term.ReadPassword(input)
	fmt.Fprintln(os.Stderr)
	return string(secret), err
}
