package live

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// setWrapup takes what the wrap-up of queues is; nil for not known.
func (s *state) setWrapup(of func(queue string) (time.Duration, bool)) {
	for _, k := range s.kept {
		if q, ok := k.keeper.(*queues); ok {
			s.event, s.synthetic = nil, true
			q.setWrapup(s, of)
			s.commit()
		}
	}
}

// readWrapup reads the wrap-up of queues from their file, if it matters for some parts, of all for none, and the user may.
func (m *Model) readWrapup(ctx context.Context, parts ...PartName) {
	m.mu.Lock()
	has := slices.ContainsFunc(m.state.kept, func(k *kept) bool { return k.name == PartQueues && !k.blind })
	may := m.report != nil && m.report.May("GetConfig")
	m.mu.Unlock()
	if !has || !may || m.config.WrapupTime != nil || len(parts) > 0 && !slices.Contains(parts, PartQueues) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, configTime)
	defer cancel()
	response, err := m.session.Do(ctx, action.GetConfig{Filename: "queues.conf"})
	if err != nil {
		return // what was known before is still the best guess
	}
	times := wrapups(response.Fields)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.setWrapup(func(queue string) (time.Duration, bool) {
		d, known := times[queue]
		return d, known
	})
	m.publish()
}

const configTime = 10 * time.Second // to read a file

// wrapups is the wrap-up of each section of queues.conf, in the answer to GetConfig.
func wrapups(file transport.Fields) map[string]time.Duration {
	times := make(map[string]time.Duration)
	section := ""
	for key, value := range file.All() {
		switch {
		case strings.HasPrefix(key, "Category-"):
			section = value
			times[section] += 0
		case strings.HasPrefix(key, "Line-"):
			name, value, _ := strings.Cut(value, "=")
			if strings.EqualFold(strings.TrimSpace(name), "wrapuptime") {
				seconds, _ := strconv.Atoi(strings.TrimSpace(value))
				times[section] = time.Duration(max(0, seconds)) * time.Second
			}
		}
	}
	return times
}
