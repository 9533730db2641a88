#!/usr/bin/env bash
# fuzz.sh TIME: runs every fuzz target of the module that long, one after another. What it finds becomes a seed
# in the package's testdata/fuzz.
set -euo pipefail
duration=${1:?usage: fuzz.sh TIME}
packages=$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -r -n1 dirname | sort -u)
for package in $packages; do
	for target in $(go test -vet=off -list '^Fuzz' "$package" | grep '^Fuzz'); do
		echo "fuzz $package $target for $duration"
		go test -vet=off -run '^$' -fuzz "^$target\$" -fuzztime "$duration" "$package"
	done
done
