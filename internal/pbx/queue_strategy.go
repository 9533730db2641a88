package pbx

import (
	"cmp"
	"slices"
)

// order returns the members that may be called, in the order of the queue's strategy. Those with the same metric ring together if
// the strategy is ringall.
func (q *queue) order(last *member) []*member {
	metric := q.metrics(last)
	var all []*member
	for _, who := range q.members {
		if who.available() {
			all = append(all, who)
		}
	}
	slices.SortStableFunc(all, func(a, b *member) int {
		return cmp.Or(cmp.Compare(a.penalty, b.penalty), cmp.Compare(metric[a], metric[b]))
	})
	return all
}

// metrics gives each member a number; those with the lowest ones ring first.
func (q *queue) metrics(last *member) map[*member]int {
	metric := make(map[*member]int, len(q.members))
	for i, who := range q.members {
		switch q.config.Strategy {
		case "leastrecent":
			metric[who] = seconds64(who.lastCall)
		case "fewestcalls":
			metric[who] = who.calls
		case "random":
			metric[who] = q.machine.random.IntN(1000)
		case "rrmemory":
			metric[who] = turn(i, q.served, len(q.members))
		case "linear":
			metric[who] = turn(i, slices.Index(q.members, last), len(q.members))
		}
	}
	return metric
}

// turn is how far a place is behind the one that had its turn last; -1 for none yet.
func turn(place, last, size int) int { return (place - last - 1 + size) % size }
