package main

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// entry is a line of the index.
type entry struct {
	File   string    `json:"file"`
	Began  time.Time `json:"began"`
	Caller string    `json:"caller"`
	Called string    `json:"called"`
	Status string    `json:"status"` // DIALSTATUS
	Talked *float64  `json:"talked"` // seconds; null if nobody has noted the answer
}

// index writes entries of calls that end at the same time one after another.
type index struct {
	mu   sync.Mutex // guards json
	json *json.Encoder
}

func newIndex(w io.Writer) *index { return &index{json: json.NewEncoder(w)} }

func (i *index) add(e entry) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.json.Encode(e)
}
