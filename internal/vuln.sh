#!/bin/sh
# Looks both modules up in the database of known vulnerabilities, vuln.go.dev or the one that VULNDB names. Where it can't
# be reached nothing is checked, which is said and is a failure.
set -u
govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.9.0
result=0
for module in . examples internal/sipua internal/browser; do
	said=$(cd "$module" && go run "$govulncheck" ${VULNDB:+-db "$VULNDB"} ./... 2>&1)
	status=$?
	echo "$said"
	case $said in
	*"fetching vulnerabilities"*)
		echo
		echo "NOTHING WAS CHECKED: the database of vulnerabilities (${VULNDB:-https://vuln.go.dev}) can't be reached from here."
		exit 1
		;;
	esac
	test "$status" -eq 0 || result=1
done
exit "$result"
