package pbxtest

import (
	"slices"
	"time"
)

// What is written at once, what a session keeps of the room for it, and how much may wait before no more actions are read.
const (
	maxWrite = 64 << 10
	maxIdle  = 256 << 10
	maxAhead = 1 << 20
)

// append adds what is to be written. The caller holds the PBX's mutex.
func (s *session) append(text []byte) {
	s.mu.Lock()
	added := !s.over
	if added {
		s.out = append(s.out, text...)
		s.pbx.unread.Add(int64(len(text)))
		s.change.Broadcast()
	}
	s.mu.Unlock()
	if added {
		s.pbx.endSlowest()
	}
}

// hold keeps events until the action has its answer. The caller holds the PBX's mutex.
func (s *session) hold(text []byte) {
	s.held = append(s.held, text...)
	s.pbx.unread.Add(int64(len(text)))
	s.pbx.endSlowest()
}

// releaseHeld sends what hold has kept. The caller holds the PBX's mutex.
func (s *session) releaseHeld() {
	held := s.held
	s.held = nil
	s.pbx.unread.Add(-int64(len(held)))
	s.append(held)
}

// waits is how many bytes wait for the client. The caller holds the PBX's mutex.
func (s *session) waits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.out) + s.writing + len(s.held) + s.kept
}

// empty forgets all that waits. The caller holds the PBX's mutex.
func (s *session) empty() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.pbx.unread.Add(-int64(len(s.out) + s.writing + len(s.held) + s.kept))
	s.out, s.writing, s.held, s.kept = nil, 0, nil, 0
	s.change.Broadcast()
}

// keep counts bytes that wait for the client elsewhere.
func (s *session) keep(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.kept += bytes
		s.pbx.unread.Add(int64(bytes))
	}
}

// endSlowest ends the sessions for which most waits while too much waits for all. The caller holds the mutex.
func (p *PBX) endSlowest() {
	for p.unread.Load() > int64(p.config.Limits.Unread) && len(p.sessions) > 0 {
		var slowest *session
		most := 0
		for s := range p.sessions {
			if n := s.waits(); n > most || n == most && n > 0 && s.number < slowest.number {
				slowest, most = s, n
			}
		}
		if slowest == nil {
			return
		}
		slowest.cut()
		slowest.empty()
	}
}

// awaitRoom waits while much is to be written yet.
func (s *session) awaitRoom() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.out)+s.writing > maxAhead && !s.over {
		s.change.Wait()
	}
}

// finish has the connection end once all is written.
func (s *session) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.change.Broadcast()
}

// cut ends the connection at once.
func (s *session) cut() {
	s.finish()
	s.end()
	_ = s.conn.Close()
}

// write writes what was added until the session is over.
func (s *session) write() {
	defer s.cut()
	var text []byte
	for {
		text = s.next(text)
		if len(text) == 0 {
			return
		}
		for part := range slices.Chunk(text, maxWrite) {
			allowed, last := s.spend(part)
			if s.send(allowed) != nil || last {
				return
			}
		}
		s.written()
		if cap(text) > maxIdle {
			text = nil
		}
	}
}

// next waits for what is to be written, and has what is added meanwhile put into spare. It is empty once the session is over.
func (s *session) next(spare []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for (len(s.out) == 0 || s.still) && !s.over {
		s.change.Wait()
	}
	text := s.out
	s.out, s.writing = spare[:0], len(text)
	return text
}

func (s *session) send(text []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.pbx.config.Limits.WriteTimeout)); err != nil {
		return err
	}
	_, err := s.conn.Write(text)
	return err
}

// written tells that what was being written is.
func (s *session) written() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pbx.unread.Add(-int64(s.writing))
	if s.writing = 0; len(s.out) <= maxAhead {
		s.change.Broadcast()
	}
}

// spend returns how much of a text may be written before the cut, and whether that is the last.
func (s *session) spend(text []byte) (allowed []byte, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.budget < 0:
		return text, false
	case len(text) < s.budget:
		s.budget -= len(text)
		return text, false
	}
	return text[:s.budget], true
}

func (s *session) limit(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.budget = max(n, 0)
}

func (s *session) stall(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.still = on
	s.change.Broadcast()
}
