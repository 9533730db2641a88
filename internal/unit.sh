#!/bin/sh
# Tests all modules on any system, with the race detector where there is one. Tests that need a real Asterisk are
# skipped where none can run, and say why with -v.
set -eu
race=-race
if ! why=$(go test -race -run '^$' ./transport 2>&1); then
	race=
	echo "The race detector is not available here, testing without it: $(echo "$why" | grep -v '^[#F]' | head -n 1)"
fi
exec go run ./internal/testreport -- $race -shuffle=on
