package event

import "strings"

// Entry is a field whose key can't be told beforehand: a number is part of it.
type Entry struct{ Key, Value string }

// addEntry takes the fields whose key begins with prefix; an empty prefix takes
// all that are not common to every event.
func addEntry(all *[]Entry, prefix, key, value string) bool {
	if prefix == "" && common(key) || prefix != "" && !strings.HasPrefix(key, prefix) {
		return false
	}
	*all = append(*all, Entry{key, value})
	return true
}
