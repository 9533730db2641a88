package table

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// eachLine calls visit with every line that is neither empty nor a comment,
// trimmed, and adds the number of the line to its error.
func eachLine(r io.Reader, visit func(line string) error) error {
	scanner := bufio.NewScanner(r)
	for number := 1; scanner.Scan(); number++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "# ") || line == "#" {
			continue
		}
		if err := visit(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	return scanner.Err()
}
