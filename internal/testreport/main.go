// Testreport runs go test in the modules of the repository and says what matters of it: a line for each package, what
// a failed test printed, why tests were skipped, and a closing line. It fails if anything failed or nothing ran, and
// where a real Asterisk is required (ASTERISK_LAB=required) also if a test was skipped for want of one.
//
//	testreport [-v] [-part "folder..."] [-- flags of go test]
//
// With -v there is a line for each test too, as go test -v prints it. With -part it tests the packages of these folders
// and below, and no others.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	verbose := flag.Bool("v", false, "print a line for each test")
	part := flag.String("part", "", "folders to test, all if empty")
	flag.Parse()
	report := newReport(os.Stdout, *verbose)
	for _, m := range modules(strings.Fields(*part)) {
		if err := report.run(m, flag.Args()); err != nil {
			report.failures = append(report.failures, fmt.Sprintf("go test in %s: %v", m.folder, err))
		}
	}
	if !report.close(os.Getenv("ASTERISK_LAB") == "required") {
		os.Exit(1)
	}
}

// module is what to test of a module of the repository.
type module struct {
	folder   string
	packages []string // patterns
}

// nested are the modules within the repository's own.
var nested = []string{"examples", "internal/sipua", "internal/browser"}

// modules says what to test for a list of folders, everything if there are none.
func modules(folders []string) []module {
	if len(folders) == 0 {
		folders = []string{"."}
	}
	all := []module{{folder: "."}}
	for _, folder := range nested {
		all = append(all, module{folder: folder})
	}
	for _, folder := range folders {
		folder = path.Clean(filepath.ToSlash(folder))
		own := true // of the repository's module, and not of a nested one
		for i, name := range nested {
			within, inside := strings.CutPrefix(folder+"/", name+"/")
			own = own && !inside
			if around := folder == "." || strings.HasPrefix(name, folder+"/"); around {
				within, inside = "", true
			}
			if inside {
				all[i+1].packages = append(all[i+1].packages, "./"+path.Join(within, "..."))
			}
		}
		if own {
			all[0].packages = append(all[0].packages, "./"+path.Join(folder, "..."))
		}
	}
	return slices.DeleteFunc(all, func(m module) bool { return len(m.packages) == 0 })
}

// run tests one module and takes its events. The error is that of go itself.
func (r *report) run(m module, flags []string) error {
	cmd := exec.Command("go", slices.Concat([]string{"test", "-json"}, flags, m.packages)...)
	cmd.Dir = m.folder
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
