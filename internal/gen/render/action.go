package render

import "github.com/asterisk-go/asterisk-go/internal/gen/table"

// Actions renders the files of package action, by name.
func Actions(actions []table.Action, events []table.Event) (map[string][]byte, error) {
	return nil, nil
}
