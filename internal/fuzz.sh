#!/usr/bin/env bash
# fuzz.sh TIME [FOLDER...]: runs every fuzz target of the module, or of these folders, that long, one after another. What
# it finds becomes a seed in the package's testdata/fuzz.
#
# An interrupt ends a target, not -fuzztime: until Go 1.27 that fails now and then, though nothing was found
# (https://go.dev/issue/75804). To make each input small that reaches new code takes up to a minute unless told
# otherwise, in which nothing else is tried.
set -euo pipefail
duration=${1:?usage: fuzz.sh TIME [FOLDER...]}
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cache=$(go env GOCACHE)/fuzz
packages=$(grep -rl --include='*_test.go' '^func Fuzz' "${@:-.}" | xargs -r -n1 dirname | sed 's|^[^./]|./&|' | sort -u || true)
for package in $packages; do
	(cd "$package" && go test -vet=off -c -fuzz . -o "$scratch/fuzz.test" .) # it may be of another module
	for target in $("$scratch/fuzz.test" -test.list '^Fuzz'); do
		echo "fuzz $package $target for $duration"
		(cd "$package" && timeout --foreground --preserve-status --signal INT "$duration" "$scratch/fuzz.test" \
			-test.run '^$' -test.fuzz "^$target\$" -test.fuzzminimizetime 200x -test.fuzzcachedir "$cache/$(go list)")
	done
done
