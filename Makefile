# `make` alone says what there is. CI calls these targets and nothing else.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 5s
SOAK       ?= 2m
OLDEST_GO  ?= go1.25.0
V          ?=
PART       ?=

# V=1 shows every test by name. PART=ami, PART="agi examples/ivr" tests the packages of these folders and below, no others.
# Packages wait for Asterisk most of the time, so that more of them run at once than there are processors.
REPORT = go run ./internal/testreport $(if $(V),-v) $(if $(PART),-part "$(PART)")
GOTEST = $(REPORT) -- -race -shuffle=on -p 3

.PHONY: help demo demo-cli test test-full test-full-size test-oldest-go test-unit soak check check-module check-386 vuln bench fuzz \
	spec generate api lab lab-up lab-down

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: ## a call centre, simulated, and the screen-pop at http://127.0.0.1:8080; PBX=real has an Asterisk 22, PBX=host:port a PBX of your own (ARGS='-context out -dial 1XX')
	$(if $(filter-out real,$(PBX)),go run -C examples ./screenpop -pbx "$(PBX)" $(ARGS),go run -C internal/browser ./demo$(if $(PBX),/real))

demo-cli: ## start a real Asterisk 22, place calls, show events and outcomes (10 s)
	go run ./internal/lab/labctl run 22 go run -C examples ./demo

test test-full soak: export ASTERISK_LAB ?= required
test: lab $(if $(PART),,check) ## check, all tests with race detector and real Asterisk servers, short fuzzing; with PART=ami the tests and fuzzing of a part
	$(GOTEST) -timeout 20m
	internal/fuzz.sh $(FUZZTIME) $(PART)

test-full: lab $(if $(PART),,check) ## the same at full size, with the oldest Go too, and bench, or a part without bench (60 min)
	$(MAKE) --no-print-directory --keep-going test-full-size test-oldest-go fuzz $(if $(PART),,bench) FUZZTIME=60s

test-full-size:
	ASTERISK_FULL=1 $(GOTEST) -timeout 40m

test-oldest-go:
	GOTOOLCHAIN=$(OLDEST_GO) $(REPORT)

test-unit: ## what can be tested on this machine, whatever it is; needs Go alone
	internal/unit.sh

soak: lab ## go on for SOAK (2m) with each test that has no end of its own: storms, cuts, kills, sessions at rest, 2,000 browsers (27 min)
	ASTERISK_SOAK=$(SOAK) go run ./internal/testreport -v -part ami/gateway -- -timeout 0 -run '^TestSoakGateway'
	ASTERISK_SOAK=$(SOAK) go run ./internal/testreport -v -part pbxtest -- -timeout 0 -run '^TestSoakPBX'
	ASTERISK_SOAK=$(SOAK) go run ./internal/testreport -v -part "ami ajam" -- -race -timeout 0 -p 1 -skip '^TestSoakGateway' -run '^(TestLiveSnapshot|TestLiveKill|TestLiveBreak|TestLiveOriginateCut|TestLiveStopped|TestLiveExpired|TestLiveIdle|TestSoak)'

check: ## gofmt, vet (the SDK for all systems), staticcheck, tidy modules, generated code and API record up to date, what has to run on 32 bits
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt these:"; echo "$$unformatted"; exit 1; }
	go run ./internal/gen check
	go run ./internal/api check
	$(MAKE) --no-print-directory check-module
	GOOS=windows go vet ./...
	GOOS=darwin go vet ./...
	$(MAKE) --no-print-directory check-386
	cd examples && $(MAKE) --no-print-directory -f ../Makefile check-module
	cd internal/sipua && $(MAKE) --no-print-directory -f ../../Makefile check-module
	cd internal/browser && $(MAKE) --no-print-directory -f ../../Makefile check-module

check-module:
	go mod tidy -diff
	go vet ./...
	go run $(STATICCHECK) ./...

check-386:
	internal/bits32.sh

vuln: ## look both modules up in Go's database of vulnerabilities; fails where it can't be reached
	internal/vuln.sh

bench: lab ## measure against the targets, next to baselines of the same run
	go run ./internal/bench

fuzz: ## run every fuzz target for FUZZTIME (5s)
	internal/fuzz.sh $(FUZZTIME) $(PART)

spec: lab ## distil the tables of actions and events anew from the XML of both Asterisks
	go run ./internal/gen spec

api: ## write what of the exported API has changed since the last release into api/next.txt
	go run ./internal/api update

generate: ## render the typed actions and events from the tables
	go run ./internal/gen generate

lab:
	go run ./internal/lab/labctl install

lab-up: ## leave a real Asterisk 16 and 22 running, and say how to reach them and what can be called
	go run ./internal/lab/labctl up

lab-down: ## end what lab-up has started
	go run ./internal/lab/labctl down
