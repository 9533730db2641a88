package live

import (
	"encoding/json"
	"testing"
	"time"
)

// The JSON form of conferences and parking, which programs of others read.
func TestRoomsJSON(t *testing.T) {
	for _, test := range []struct {
		of   any
		want string
	}{
		{Changed[Conference]{Kind: KindAdded, After: &Conference{Name: "7", BridgeID: "b", Participants: []string{"1.1"}, Calls: []string{"1.1"}, Locked: true, Began: start, Complete: true}},
			`{"Object":"conference","Change":"added","After":{"Name":"7","BridgeID":"b","Participants":["1.1"],"Calls":["1.1"],"Locked":true,"Began":"2026-11-29T12:00:00Z","Complete":true}}`},
		{Changed[Participant]{Kind: KindUpdated, After: &Participant{UniqueID: "1.1", Channel: "PJSIP/1-00000001", CallID: "1.1", Conference: "7", Admin: true, Listed: true, Waiting: true, Joined: start}},
			`{"Object":"participant","Change":"updated","After":{"UniqueID":"1.1","Channel":"PJSIP/1-00000001","CallID":"1.1","Conference":"7","Admin":true,"Listed":true,"Waiting":true,"Joined":"2026-11-29T12:00:00Z"}}`},
		{Changed[ParkedCall]{Kind: KindRemoved, After: &ParkedCall{UniqueID: "1.1", Channel: "PJSIP/1-00000001", ParkingLot: "default", ParkingSpace: 701, ParkerDialString: "PJSIP/2",
			Parked: start, TimesOut: start.Add(time.Minute), Ended: start, End: ParkingEndRetrieved, Retriever: "1.2"}},
			`{"Object":"parkedCall","Change":"removed","After":{"UniqueID":"1.1","Channel":"PJSIP/1-00000001","ParkingLot":"default","ParkingSpace":701,"ParkerDialString":"PJSIP/2",` +
				`"Parked":"2026-11-29T12:00:00Z","TimesOut":"2026-11-29T12:01:00Z","Ended":"2026-11-29T12:00:00Z","End":"retrieved","Retriever":"1.2"}}`},
		{&ParkingLot{"default", 701, 720, time.Minute}, `{"Name":"default","StartSpace":701,"StopSpace":720,"Timeout":60000000000}`},
	} {
		got, err := json.Marshal(test.of)
		if err != nil || string(got) != test.want {
			t.Errorf("json of %v =\n%s, %v, want\n%s", test.of, got, err, test.want)
		}
	}
}
