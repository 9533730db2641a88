# `make` alone says what there is. CI calls these targets and nothing else.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 5s
OLDEST_GO  ?= go1.25.0
V          ?=

# V=1 shows every test by name.
# Packages wait for Asterisk most of the time, so that more of them run at once than there are processors.
GOTEST = go run ./internal/testreport $(if $(V),-v) -- -race -shuffle=on -p 3

.PHONY: help demo test test-full test-full-size test-oldest-go test-unit check check-module bench fuzz spec generate lab lab-up lab-down

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: lab ## start a real Asterisk, place calls, show events and outcomes (10 s)
	cd examples && go run ./demo

test test-full: export ASTERISK_LAB ?= required
test: lab check ## check, all tests with race detector and real Asterisk servers, short fuzzing (10 min)
	$(GOTEST)
	internal/fuzz.sh $(FUZZTIME)

test-full: lab check ## the same at full size, with the oldest Go too, and bench (60 min)
	$(MAKE) --no-print-directory --keep-going test-full-size test-oldest-go fuzz FUZZTIME=60s bench

test-full-size:
	ASTERISK_FULL=1 $(GOTEST) -timeout 40m

test-oldest-go:
	GOTOOLCHAIN=$(OLDEST_GO) go run ./internal/testreport

test-unit: ## what can be tested on this machine, whatever it is; needs Go alone
	internal/unit.sh

check: ## gofmt, vet (the SDK for all systems), staticcheck, tidy modules, generated code up to date
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt these:"; echo "$$unformatted"; exit 1; }
	go run ./internal/gen check
	$(MAKE) --no-print-directory check-module
	GOOS=windows go vet ./...
	GOOS=darwin go vet ./...
	cd examples && $(MAKE) --no-print-directory -f ../Makefile check-module

check-module:
	go mod tidy -diff
	go vet ./...
	go run $(STATICCHECK) ./...

bench: lab ## measure against the targets, next to baselines of the same run
	go run ./internal/bench

fuzz: ## run every fuzz target for FUZZTIME (5s)
	internal/fuzz.sh $(FUZZTIME)

spec: lab ## distil the tables of actions and events anew from the XML of both Asterisks
	go run ./internal/gen spec

generate: ## render the typed actions and events from the tables
	go run ./internal/gen generate

lab:
	go run ./internal/lab/labctl install

lab-up: lab ## leave a real Asterisk 16 and 22 running, and say how to reach them
	go run ./internal/lab/labctl up

lab-down: ## end what lab-up has started
	go run ./internal/lab/labctl down
