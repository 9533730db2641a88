package event_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// record has a call that rings for 2 s and talks for 3 s.
func (u *unitsLab) record(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.And(event.Of[event.CEL](), event.Where("UniqueID", "record-own")))
	u.call(t, "ring2", "wait", "record")
	steps := make(map[string]event.CEL)
	for steps["CHAN_END"].UniqueID == "" {
		e := await[event.CEL](t, sub, nil)
		steps[e.CELEventName] = e
		within(t, "CEL.EventTime", inUTC(e.EventTime), began)
	}
	lasts(t, "CEL from CHAN_START to ANSWER", steps["ANSWER"].EventTime.Sub(steps["CHAN_START"].EventTime), time.Second, began)
	lasts(t, "CEL from ANSWER to CHAN_END", steps["CHAN_END"].EventTime.Sub(steps["ANSWER"].EventTime), 2*time.Second, began)

	cdr := u.cdr(t)
	lasts(t, "Cdr.Duration", cdr.Duration, 4*time.Second, began)
	lasts(t, "Cdr.Billable", cdr.Billable, 2*time.Second, began)
	within(t, "Cdr.StartTime", inUTC(cdr.StartTime), began)
	lasts(t, "Cdr from StartTime to AnswerTime", cdr.AnswerTime.Sub(cdr.StartTime), time.Second, began)
	lasts(t, "Cdr from AnswerTime to EndTime", cdr.EndTime.Sub(cdr.AnswerTime), 2*time.Second, began)
	exactly(t, "Cdr.Disposition", cdr.Disposition, "ANSWERED")
	lasts(t, "Cdr.Duration less Billable", cdr.Duration-cdr.Billable, time.Second, began)
}

// cdr makes a call of the same kind, and waits for its record.
func (u *unitsLab) cdr(t *testing.T) event.CDR {
	t.Helper()
	sub := u.listen(t, event.Of[event.CDR]())
	u.call(t, "ring2", "wait", "cdr")
	return await(t, sub, func(e event.CDR) bool { return e.UniqueID == "cdr-own" })
}

// inUTC is a time of the server's zone, which is UTC here, that was read as one
// of this program's.
func inUTC(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
}

// keys has one pressed for 300 ms, and causes of hangups.
func (u *unitsLab) keys(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.DTMFEnd](), event.Of[event.Newstate](), event.Of[event.Hangup](), event.Of[event.SoftHangupRequest]()))
	responses, steps := u.listen(t, event.Of[event.OriginateResponse]()), u.listen(t, event.Of[event.Newexten]())
	u.call(t, "wait", "wait", "keys")
	up := await(t, sub, func(e event.Newstate) bool { return e.UniqueID == "keys-far" && e.ChannelState == asterisk.ChannelUp })
	exactly(t, "ChannelStateDesc", up.ChannelStateDesc, "Up")
	response := await(t, responses, func(e event.OriginateResponse) bool { return e.UniqueID == "keys-far" })
	exactly(t, "OriginateResponse.Reason", response.Reason, event.ReasonAnswer)
	await(t, steps, func(e event.Newexten) bool { return e.UniqueID == "keys-own" && e.Application == "Wait" }) // Answer would lose the key
	u.do(t, action.PlayDTMF{Channel: up.Channel, Digit: "5", Duration: 300 * time.Millisecond})
	key := await(t, sub, func(e event.DTMFEnd) bool { return e.Digit == "5" })
	lasts(t, "DTMFEnd.Duration", key.Duration, 300*time.Millisecond, began)
	u.do(t, action.Hangup{Channel: up.Channel, Cause: asterisk.CauseCallRejected})
	soft := await(t, sub, func(e event.SoftHangupRequest) bool { return e.UniqueID == "keys-far" })
	exactly(t, "SoftHangupRequest.Cause, AST_SOFTHANGUP_APPUNLOAD", soft.Cause, 1<<4)
	gone := await(t, sub, func(e event.Hangup) bool { return e.UniqueID == "keys-far" })
	exactly(t, "Hangup.Cause", gone.Cause, asterisk.CauseCallRejected)

	u.do(t, action.Originate{Channel: "Local/busy@outcome", Application: "Wait", Data: "1", Async: true, ChannelID: "keys-busy"})
	response = await(t, responses, func(e event.OriginateResponse) bool { return e.UniqueID == "keys-busy" })
	exactly(t, "OriginateResponse.Reason", response.Reason, event.ReasonBusy)
}

// talk has a tone of 1.5 s in a channel that detects talk.
func (u *unitsLab) talk(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Of[event.ChannelTalkingStop]())
	u.call(t, "listen", "tone", "talk")
	e := await(t, sub, func(e event.ChannelTalkingStop) bool { return e.UniqueID == "talk-own" })
	lasts(t, "ChannelTalkingStop.Duration", e.Duration, time.Second, began)
}

// status has a channel of known groups, age and end.
func (u *unitsLab) status(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Of[event.Newexten]())
	u.call(t, "groups", "wait", "status")
	channel := await(t, sub, func(e event.Newexten) bool { return e.UniqueID == "status-own" }).Channel
	ending := time.Now()
	u.do(t, action.AbsoluteTimeout{Channel: channel, Timeout: 50 * time.Second})
	var s event.Status
	until(t, "a channel of 2 s with its groups", func() bool {
		all, err := ami.List(t.Context(), u, action.Status{Channel: channel, Variables: []string{"UNITS_UNSET"}})
		if err != nil || len(all) != 1 {
			t.Fatalf("Status = %v, %v", all, err)
		}
		s = all[0]
		lasts(t, "Status.Duration", s.Duration, 0, began)
		return s.Duration >= 2*time.Second && s.PickupGroup != 0
	})
	within(t, "Status.TimeToHangup less 50 s", s.TimeToHangup.Add(-50*time.Second), ending)
	exactly(t, "Status.Callgroup", s.CallGroup, 1<<3)
	exactly(t, "Status.Pickupgroup", s.PickupGroup, 1<<63)
	exactly(t, "Status.ChannelState", s.ChannelState, asterisk.ChannelUp)
	exactly(t, "Status.Variable", fmt.Sprintf("%+v", s.Variable), "[{Name:UNITS_UNSET Value:}]")
	channels, err := ami.List(t.Context(), u, action.CoreShowChannels{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range channels {
		if c.Channel == channel {
			lasts(t, "CoreShowChannel.Duration", c.Duration, s.Duration, began)
		}
	}
}

// conference has a participant of 2 s.
func (u *unitsLab) conference(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Of[event.ConfbridgeJoin]())
	u.call(t, "conf", "wait", "conference")
	joined := await(t, sub, func(e event.ConfbridgeJoin) bool { return e.Conference == "units" })
	exactly(t, "ConfbridgeJoin.Muted", joined.Muted, false)
	until(t, "an AnsweredTime of 2 s", func() bool {
		all, err := ami.List(t.Context(), u, action.ConfbridgeList{Conference: "units"})
		if err != nil || len(all) != 1 {
			t.Fatalf("ConfbridgeList = %v, %v", all, err)
		}
		lasts(t, "ConfbridgeList.AnsweredTime", all[0].AnsweredTime, 0, began)
		exactly(t, "ConfbridgeList.Admin", all[0].Admin, false)
		return all[0].AnsweredTime >= 2*time.Second
	})
	rooms, err := ami.List(t.Context(), u, action.ConfbridgeListRooms{})
	if err != nil || len(rooms) != 1 || rooms[0].Parties != 1 || rooms[0].Marked != 0 || rooms[0].Locked {
		t.Errorf("ConfbridgeListRooms = %+v, %v, want one with one party", rooms, err)
	}
}

// parking has a call parked for 30 s at most, fetched after 2 s, and one that is
// not fetched within its second.
func (u *unitsLab) parking(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.ParkedCall](), event.Of[event.UnParkedCall](), event.Of[event.ParkedCallTimeOut]()))
	u.call(t, "park", "wait", "park")
	parked := await(t, sub, func(e event.ParkedCall) bool { return e.Parkee.UniqueID == "park-own" })
	exactly(t, "ParkingTimeout and ParkingDuration", parked.ParkingTimeout+parked.ParkingDuration, 30*time.Second)
	lasts(t, "ParkedCall.ParkingDuration", parked.ParkingDuration, 0, began)
	until(t, "2 s of parking", func() bool {
		all, err := ami.List(t.Context(), u, action.ParkedCalls{})
		if err != nil || len(all) == 0 {
			t.Fatalf("ParkedCalls = %v, %v", all, err)
		}
		for _, call := range all {
			if call.Parkee.UniqueID == "park-own" {
				exactly(t, "ParkingTimeout and ParkingDuration", call.ParkingTimeout+call.ParkingDuration, 30*time.Second)
				lasts(t, "ParkedCall.ParkingDuration", call.ParkingDuration, 0, began)
				return call.ParkingDuration >= 2*time.Second
			}
		}
		return false
	})
	u.do(t, action.Originate{Channel: "Local/" + parked.Fields().Get("ParkingSpace") + "@parkedcalls", Application: "Wait", Data: "1", Async: true})
	fetched := await(t, sub, func(e event.UnParkedCall) bool { return e.Parkee.UniqueID == "park-own" })
	lasts(t, "UnParkedCall.ParkingDuration", fetched.ParkingDuration, 2*time.Second, began)
	exactly(t, "UnParkedCall.ParkingSpace", fetched.ParkingSpace, parked.ParkingSpace)

	began = time.Now()
	u.call(t, "parkshort", "wait", "park-short")
	late := await(t, sub, func(e event.ParkedCallTimeOut) bool { return e.Parkee.UniqueID == "park-short-own" })
	exactly(t, "ParkedCallTimeOut.ParkingTimeout", late.ParkingTimeout, 0)
	lasts(t, "ParkedCallTimeOut.ParkingDuration", late.ParkingDuration, time.Second, began)
	lots, err := ami.List(t.Context(), u, action.Parkinglots{})
	if err != nil || len(lots) != 1 || lots[0].Timeout != time.Minute || lots[0].StartSpace != 701 || lots[0].StopSpace != 720 {
		t.Errorf("Parkinglots = %+v, %v", lots, err)
	}
}

// park has a call parked by the action, for 7 s at most.
func (u *unitsLab) park(t *testing.T) {
	began := time.Now()
	sub := u.listen(t, event.Or(event.Of[event.Newexten](), event.Of[event.ParkedCall]()))
	u.call(t, "wait", "wait", "action-park")
	channel := await(t, sub, func(e event.Newexten) bool { return e.UniqueID == "action-park-own" && e.Application == "Wait" }).Channel
	u.do(t, action.Park{Channel: channel, Timeout: 7 * time.Second})
	parked := await(t, sub, func(e event.ParkedCall) bool { return e.Parkee.UniqueID == "action-park-own" })
	exactly(t, "ParkingTimeout and ParkingDuration", parked.ParkingTimeout+parked.ParkingDuration, 7*time.Second)
	lasts(t, "ParkedCall.ParkingDuration", parked.ParkingDuration, 0, began)
}

// mute has a recording that is muted, and no longer; and a peer of IAX with its
// encryption, which is more than a flag.
func (u *unitsLab) mute(t *testing.T) {
	sub := u.listen(t, event.Or(event.Of[event.Newexten](), event.Of[event.MixMonitorMute]()))
	u.call(t, "wait", "wait", "mute")
	channel := await(t, sub, func(e event.Newexten) bool { return e.UniqueID == "mute-own" && e.Application == "Wait" }).Channel
	u.do(t, action.MixMonitor{Channel: channel, File: "units.wav"})
	for _, muted := range []bool{true, false} {
		u.do(t, action.MixMonitorMute{Channel: channel, Direction: action.MixMonitorMuteDirectionRead, State: muted})
		exactly(t, "MixMonitorMute.State", await(t, sub, func(e event.MixMonitorMute) bool { return e.UniqueID == "mute-own" }).State, muted)
	}
	peers, err := ami.List(t.Context(), u, action.IAXpeerlist{})
	if err != nil || len(peers) != 2 {
		t.Fatalf("IAXpeerlist = %v, %v", peers, err)
	}
	for _, peer := range peers {
		exactly(t, "PeerEntry.Encryption of "+peer.ObjectName, peer.Encryption, map[string]string{"300": "no", "301": "(aes128,keyrotate)"}[peer.ObjectName])
		exactly(t, "PeerEntry.IPaddress", peer.IPAddress, "")
	}
}

// voicemail has a message of 3 s, which only 22 can list.
func (u *unitsLab) voicemail(t *testing.T) {
	if u.server.Asterisk() < "22" {
		t.Skip("16 of the lab has no voicemail")
	}
	began := time.Now()
	u.do(t, action.Originate{Channel: "Local/voicemail@app", Context: "units", Exten: "tone", Priority: 1, Async: true})
	var box []event.VoicemailBoxDetail
	until(t, "a message", func() bool {
		var err error
		if box, err = ami.List(t.Context(), u, action.VoicemailBoxSummary{Context: "default", Mailbox: "100"}); err != nil {
			t.Fatal(err)
		}
		return len(box) > 0
	})
	lasts(t, "VoicemailBoxDetail.Duration", box[0].Duration, time.Second, began)
	users, err := ami.List(t.Context(), u, action.VoicemailUserStatus{Context: "default", Mailbox: "100"})
	if err != nil || len(users) != 1 || users[0].NewMessageCount != 1 || users[0].OldMessageCount != 0 || users[0].Email != "" {
		t.Errorf("VoicemailUserStatus = %+v, %v", users, err)
	}
}
