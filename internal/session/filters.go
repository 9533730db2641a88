package session

import (
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// EventFilter is a type as ami.EventFilter.
type EventFilter interface {
	~struct {
		Criteria   string
		Expression string
	}
}

// SetFilters has Asterisk drop events before it sends them, for as long as the
// login lasts.
func SetFilters[F EventFilter](ctx context.Context, do Do, version asterisk.Version, filters []F) error {
	for _, f := range filters {
		filter := struct{ Criteria, Expression string }(f)
		if filter.Criteria != "" && !hasCriteria(version) {
			return fmt.Errorf("Config.Filters: Asterisk %s knows no criteria as %q and would let every event pass; write a regular expression, or upgrade to 18.26, 20.11, 21.6 or 22.1",
				show.Text(version.String()), filter.Criteria)
		}
		add := action.Filter{Operation: action.FilterOperationAdd, Filter: filter.Expression, MatchCriteria: filter.Criteria}
		if _, err := do(ctx, add); err != nil {
			return fmt.Errorf("Config.Filters: %w", Cause(err))
		}
	}
	return nil
}

// hasCriteria reports whether the action Filter knows MatchCriteria.
func hasCriteria(v asterisk.Version) bool {
	switch v.Major {
	case 18:
		return v.Minor >= 26
	case 20:
		return v.Minor >= 11
	case 21:
		return v.Minor >= 6
	}
	return v.AtLeast(22, 1)
}
