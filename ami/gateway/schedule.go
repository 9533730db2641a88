package gateway

import (
	"container/heap"
	"time"
)

// schedule is what is to be done later.
type schedule struct{ all tasks }

type task struct {
	at time.Time
	do func(now time.Time)
}

// add has something done at a time.
func (s *schedule) add(at time.Time, do func(now time.Time)) { heap.Push(&s.all, task{at, do}) }

// run does what is due.
func (s *schedule) run(now time.Time) {
	for len(s.all) > 0 && !s.all[0].at.After(now) {
		heap.Pop(&s.all).(task).do(now)
	}
}

// next returns when something is due; false for nothing.
func (s *schedule) next() (at time.Time, ok bool) {
	if len(s.all) == 0 {
		return time.Time{}, false
	}
	return s.all[0].at, true
}

// tasks is a heap by time.
type tasks []task

func (t tasks) Len() int           { return len(t) }
func (t tasks) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t tasks) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *tasks) Push(x any)        { *t = append(*t, x.(task)) }

func (t *tasks) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	(*t)[last] = task{}
	*t = (*t)[:last]
	return x
}
