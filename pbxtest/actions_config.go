package pbxtest

import (
	"fmt"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// getConfig tells what is configured of queues; there is no other file.
func getConfig(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Filename", "Filename not specified") {
		return nil
	}
	if a.Get("Filename") != "queues.conf" {
		s.fail(a, "Config file not found")
		return nil
	}
	fields := []string{"Response", "Success"}
	for i, q := range queuesOf(s.pbx.config.Queues) {
		fields = append(fields, fmt.Sprintf("Category-%06d", i), q.Name)
		for j, line := range configLines(q) {
			fields = append(fields, fmt.Sprintf("Line-%06d-%06d", i, j), line)
		}
	}
	s.reply(a, fields...)
	return nil
}

// configLines are the lines of a queue in queues.conf.
func configLines(q pbx.QueueConfig) []string {
	var lines []string
	add := func(name, value string) { lines = append(lines, name+"="+value) }
	if q.Strategy != "" {
		add("strategy", q.Strategy)
	}
	if q.Timeout > 0 {
		add("timeout", seconds(q.Timeout))
	}
	if q.Retry > 0 {
		add("retry", seconds(q.Retry))
	}
	add("wrapuptime", seconds(q.WrapUp))
	if q.MaxLen > 0 {
		add("maxlen", fmt.Sprint(q.MaxLen))
	}
	if q.Context != "" {
		add("context", q.Context)
	}
	add("ringinuse", map[bool]string{true: "no", false: "yes"}[q.FreeOnly])
	for _, m := range q.Members {
		add("member", fmt.Sprintf("%s,%d,%s,%s", m.Interface, m.Penalty, m.Name, m.StateInterface))
	}
	return lines
}
