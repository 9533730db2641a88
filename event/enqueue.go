package event

// This file is the producer's side of a Subscription: its methods are called
// under the mutex of the hub.

// maxIncoming is how many events go to the queue in one go: enough to make the
// mutex that the consumer needs too cheap, few enough to stay in the nearest cache.
const maxIncoming = 16

// deliver takes an event that the filter matched.
func (s *Subscription) deliver(raw *Raw) {
	s.incoming = append(s.incoming, *raw)
	if len(s.incoming) >= maxIncoming {
		s.mu.Lock()
		s.receive()
		s.mu.Unlock()
	}
}

// flush gives the consumer what has come in, and wakes it if it waits.
func (s *Subscription) flush() {
	s.mu.Lock()
	s.receive()
	wake := s.waiting > 0 && s.queue.len > 0
	s.mu.Unlock()
	if wake {
		s.wake()
	}
}

// receive queues what has come in.
func (s *Subscription) receive() {
	for i := range s.incoming {
		if !s.ended {
			s.admit(&s.incoming[i])
		}
		s.incoming[i] = Raw{} // lets go of its text
	}
	s.incoming = s.incoming[:0]
}

// admitItem queues an item of a snapshot, unless such items have more than most
// bytes with it. They do not count for the limit: a list is asked for only when
// the consumer has caught up.
func (s *Subscription) admitItem(item *Raw, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receive()
	switch {
	case s.ended:
		return true
	case s.bytes+item.size() > most:
		return false
	}
	s.queueGap()
	s.bytes += item.size()
	s.queue.push(item)
	return true
}

// admit queues an event, or counts it as missed.
func (s *Subscription) admit(raw *Raw) {
	s.stats.Matched++
	if s.limit > 0 && s.stats.Queued >= int64(s.limit) {
		s.dropping = true
	}
	if s.dropping {
		s.drop(raw.Base)
		return
	}
	s.stats.Queued++
	s.stats.HighWater = max(s.stats.HighWater, s.stats.Queued)
	s.queue.push(raw)
}

// drop counts an event as missed. Each dates snapshots anew: the list of one
// that runs meanwhile may have been made before the event.
func (s *Subscription) drop(base Base) {
	base.wire = wire{}
	s.lost++
	s.lostAt = base
	s.stats.Missed++
	s.gapCount++
}

// lose counts an event that could not be read.
func (s *Subscription) lose(base Base) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receive()
	if s.ended {
		return
	}
	s.stats.Matched++
	if s.dropping {
		s.drop(base)
		return
	}
	s.stats.Missed++
	s.gapCount++
	s.queueGap()
	s.queue.pushGap(newGap(base, GapOversized, 1, nil))
	s.askSnapshot()
}

func (s *Subscription) disconnect(gap Gap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receive()
	s.gapCount++
	if s.forgetIdle() {
		return
	}
	s.dropSnapshots()
	s.mark(gap)
}

// forgetIdle takes a connection that gave no event off the end of the queue:
// its Connected and its snapshot, when the Gap before them is still there. So
// a consumer that is away for long finds one Gap, not one for each attempt.
func (s *Subscription) forgetIdle() bool {
	end := s.queue.len
	for end > 0 && s.queue.at(end-1).ofSnapshot() {
		end--
	}
	if end < 2 || s.lost > 0 {
		return false
	}
	gap, ok := s.queue.at(end - 2).marker.(Gap)
	if _, connected := s.queue.at(end - 1).marker.(Connected); !ok || !connected || gap.Reason != GapDisconnected {
		return false
	}
	for s.queue.len >= end {
		if last := s.queue.at(s.queue.len - 1); last.item {
			s.bytes -= last.size()
		}
		s.queue.dropLast()
	}
	return true
}

// dropSnapshots forgets snapshots that nobody has fetched over so many
// connections that they outgrow the queue's limit.
func (s *Subscription) dropSnapshots() {
	if s.limit <= 0 || s.queue.len-int(s.stats.Queued) <= s.limit {
		return
	}
	var kept queue
	for i := range s.queue.len {
		raw := s.queue.at(i)
		if gap, ok := raw.marker.(Gap); ok {
			kept.pushGap(gap)
		} else if !raw.ofSnapshot() {
			kept.push(raw)
		}
	}
	s.queue, s.bytes = kept, 0
}

func (s *Subscription) connect(connected Connected) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receive()
	s.mark(connected)
	if !s.dropping { // else resume asks, when there is room for what the lists give
		s.askSnapshot()
	}
}

// sync queues a Synced unless there was a gap since gaps were counted.
func (s *Subscription) sync(gaps uint64, synced Synced) (done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receive()
	if s.ended || gaps != s.gapCount {
		return s.ended
	}
	synced.more = s.dropping || len(s.gaps) > 0
	s.mark(synced)
	return true
}

// mark queues a marker.
func (s *Subscription) mark(marker Event) {
	s.queueGap()
	base := Base{wire: wireOf(marker.Fields()), epoch: uint32(marker.Epoch()), sequence: marker.Sequence(), received: marker.Received()}
	s.queue.push(&Raw{Base: base, marker: marker})
}

// queueGap puts the gap of what was dropped where the events are missing.
func (s *Subscription) queueGap() {
	if s.lost == 0 {
		return
	}
	s.queue.pushGap(newGap(s.lostAt, GapOverflow, s.lost, nil))
	s.lost = 0
}

// resume ends the dropping.
func (s *Subscription) resume() {
	s.dropping = false
	s.queueGap()
	s.askSnapshot()
}

func (s *Subscription) askSnapshot() {
	select {
	case s.gaps <- struct{}{}:
	default:
	}
}

// end lets the consumer finish the queue and then learn err.
func (s *Subscription) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receive()
	if s.ended {
		return
	}
	s.queueGap()
	s.dropping = false
	s.ended, s.err = true, err
	close(s.done)
}
