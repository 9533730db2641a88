// Testreport runs go test in both modules of the repository and says what matters of it: a line for each package, what
// a failed test printed, why tests were skipped, and a closing line. It fails if anything failed or nothing ran, and
// where a real Asterisk is required (ASTERISK_LAB=required) also if a test was skipped for want of one.
//
//	testreport [-v] [-- flags of go test]
//
// With -v there is a line for each test too, as go test -v prints it.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
)

func main() {
	verbose := flag.Bool("v", false, "print a line for each test")
	flag.Parse()
	report := newReport(os.Stdout, *verbose)
	for _, module := range []string{".", "examples"} {
		if err := report.run(module, flag.Args()); err != nil {
			report.failures = append(report.failures, fmt.Sprintf("go test in %s: %v", module, err))
		}
	}
	if !report.close(os.Getenv("ASTERISK_LAB") == "required") {
		os.Exit(1)
	}
}

// run tests one module and takes its events. The error is that of go itself.
func (r *report) run(module string, flags []string) error {
	cmd := exec.Command("go", append(append([]string{"test", "-json"}, flags...), "./...")...)
	cmd.Dir = module
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	failed := len(r.failures)
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if err != nil {
			break // the end, or a dead go test, which Wait reports
		}
	}
	if err := cmd.Wait(); err != nil && len(r.failures) == failed {
		return err // else it only says that tests failed
	}
	return nil
}
