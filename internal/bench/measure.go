package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

// usage is what this process has used at a time.
type usage struct {
	cpu     time.Duration
	at      time.Time
	mallocs uint64
}

func used() (usage, error) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	cpu, err := cpuTime()
	return usage{cpu, time.Now(), memory.Mallocs}, err
}

// profile begins the CPU profile that is asked for, and returns what ends it.
func (j job) profile() (stop func(), err error) {
	if j.Profile == "" {
		return func() {}, nil
	}
	file, err := os.Create(j.Profile)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close()
	}, nil
}

// measure does work once to warm up, and then times as often as it counts. Each
// time is n events or actions.
func (j job) measure(times, n int, work func() error) (result, error) {
	var r result
	if err := work(); err != nil {
		return r, err
	}
	stop, err := j.profile()
	if err != nil {
		return r, err
	}
	defer stop()
	before, err := used()
	if err != nil {
		return r, err
	}
	for range times {
		if err := work(); err != nil {
			return r, err
		}
	}
	after, err := used()
	if err != nil {
		return r, err
	}
	all := float64(times * n)
	r.CPU = float64(after.cpu-before.cpu) / all
	r.Wall = float64(after.at.Sub(before.at)) / all
	r.Mallocs = float64(after.mallocs-before.mallocs) / all
	return r, nil
}
