package event_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
)

// itemRoom is how many items of one letter may wait in the tests below.
const itemRoom = 10

// offerItem offers an item where [itemRoom] of one letter have room.
func (s *stream) offerItem(name string) bool {
	p := s.hub.Producer(producer.Key{})
	defer p.Flush()
	size := len(block("Event: A").Fields().String())
	return p.Item(s.sub, p.Stamp(block("Event: "+name), time.Now(), 0), itemRoom*size)
}

// wantRoom fills the room for items, which has to be for n of one letter.
func (s *stream) wantRoom(what string, n int) {
	s.t.Helper()
	fits := 0
	for s.offerItem("A") {
		if fits++; fits > itemRoom {
			break
		}
	}
	if fits != n {
		s.t.Errorf("%s: %d items fit, want %d", what, fits, n)
	}
}

// Items have room for so many bytes, and what the consumer takes makes room again:
// exactly as much.
func TestItemsHaveRoom(t *testing.T) {
	s := newStream(t, event.Named("X"), 0)
	s.wantRoom("at first", itemRoom)
	publishN(&s.hub, 0, 3)
	s.take(4)
	s.wantRoom("after four were taken", 4)
	s.take(itemRoom + 3)
	s.wantRoom("after all and the events were taken", itemRoom)
	s.take(itemRoom)
	for range 1000 { // what is taken at once never adds up
		if !s.offerItem("A") {
			t.Fatal("no room in an empty queue")
		}
		s.take(1)
	}
	if s.offerItem(strings.Repeat("A", 1000)) {
		t.Error("an item that is too long alone was taken")
	}
	s.wantRoom("after one that was too long", itemRoom)
}

// What a lost connection makes the queue forget gives its room back.
func TestForgottenItemsGiveTheirRoomBack(t *testing.T) {
	for name, test := range map[string]struct {
		limit int
		do    func(s *stream)
		want  int // that have room then
	}{
		"nothing is forgotten": {0, func(s *stream) {
			s.hub.Connect("pbx")
			s.wantRoom("at first", itemRoom)
			s.hub.Disconnect(errors.New("cut"))
		}, 0},
		"an idle connection": {0, func(s *stream) {
			s.hub.Connect("pbx")
			s.hub.Disconnect(errors.New("cut"))
			s.hub.Connect("pbx")
			s.wantRoom("at first", itemRoom)
			s.hub.Sync(s.sub, gapsOf(s.sub), nil)
			s.hub.Disconnect(errors.New("cut"))
		}, itemRoom},
		"an idle connection, behind one that was not": {0, func(s *stream) {
			s.hub.Connect("pbx")
			for range 3 {
				s.offerItem("A")
			}
			s.hub.Disconnect(errors.New("cut"))
			for range 3 {
				s.hub.Connect("pbx")
				s.wantRoom("behind the first", itemRoom-3)
				s.hub.Disconnect(errors.New("cut"))
			}
		}, itemRoom - 3},
		"many snapshots": {2, func(s *stream) {
			s.hub.Connect("pbx")
			s.wantRoom("at first", itemRoom)
			publishN(&s.hub, 0, 1)
			s.hub.Disconnect(errors.New("cut"))
		}, itemRoom},
		"many snapshots, some taken": {2, func(s *stream) {
			s.hub.Connect("pbx")
			s.wantRoom("at first", itemRoom)
			s.take(4)
			publishN(&s.hub, 0, 1)
			s.hub.Disconnect(errors.New("cut"))
		}, itemRoom},
		"few snapshots are kept": {itemRoom, func(s *stream) {
			s.hub.Connect("pbx")
			for range 3 {
				s.offerItem("A")
			}
			publishN(&s.hub, 0, 1)
			s.hub.Disconnect(errors.New("cut"))
		}, itemRoom - 3},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStream(t, event.Named("X"), test.limit)
			test.do(s)
			s.wantRoom("after that", test.want)
			s.hub.Close(nil)
			for range s.sub.All(t.Context()) {
			}
		})
	}
}

// A subscription that has ended takes every item and keeps none: its list goes on
// to its end, and no error is made up.
func TestItemsOfAnEndedSubscription(t *testing.T) {
	for name, end := range map[string]func(s *stream){
		"Close":     func(s *stream) { s.sub.Close() },
		"hub ended": func(s *stream) { s.hub.Close(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStream(t, event.Named("X"), 0)
			s.wantRoom("at first", itemRoom)
			end(s)
			for range 3 * itemRoom {
				if !s.offerItem("A") {
					t.Fatal("an item was refused after the end")
				}
			}
			got := 0
			for range s.sub.All(t.Context()) {
				got++
			}
			if want := map[string]int{"Close": 0, "hub ended": itemRoom}[name]; got != want {
				t.Errorf("%d items after the end, want %d", got, want)
			}
		})
	}
}
