package action

import "github.com/asterisk-go/asterisk-go/transport"

// Filter adds a filter to the events of the session. Class system.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Filter/
type Filter struct {
	Operation     FilterOperation // required
	Filter        string          // expression; what it means is said by MatchCriteria, without which it is required
	MatchCriteria string          // as name(Newchannel); 18.26, 20.11, 21.6, 22.1 and later
}

// ActionName is "Filter".
func (Filter) ActionName() string { return "Filter" }

// Encode checks the fields and adds them.
func (a Filter) Encode(b *transport.Builder) error {
	if err := required("Filter", "Operation", string(a.Operation)); err != nil {
		return err
	}
	if a.Filter == "" && a.MatchCriteria == "" { // which would let every event pass in 16
		return &FieldError{"Filter", "Filter", "or MatchCriteria is required"}
	}
	optional(b, "Operation", string(a.Operation))
	b.Add("Filter", a.Filter)
	optional(b, "MatchCriteria", a.MatchCriteria)
	return nil
}

// FilterOperation is a value of the field Operation of [Filter].
type FilterOperation string

// The values of FilterOperation.
const (
	FilterOperationAdd FilterOperation = "Add"
)
