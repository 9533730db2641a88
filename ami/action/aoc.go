package action

import (
	"strconv"

	"github.com/asterisk-go/asterisk-go/transport"
)

// AOCMessage sends advice of charge on a channel. The values are the words that
// the page below lists. Class aoc.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/AOCMessage/
type AOCMessage struct {
	Channel                   string // name of the channel, or ChannelPrefix its begin; one of both is required
	ChannelPrefix             string
	MsgType                   string    // required: D during the call, E at its end, S at its begin (not known to 16)
	ChargeType                string    // required but for S: NA, FREE, Currency or Unit
	Units                     []AOCUnit // for ChargeType Unit
	CurrencyName              string    // for ChargeType Currency, as the two below
	CurrencyAmount            int
	CurrencyMultiplier        string // OneThousandth, OneHundredth, OneTenth, One, Ten, Hundred or Thousand
	TotalType                 string // Total or SubTotal
	BillingID                 string // Normal, ReverseCharge, CreditCard, CallFwdUnconditional, ...
	ChargingAssociationID     string
	ChargingAssociationNumber string
	ChargingAssociationPlan   string
	Rate                      AOCRate // for MsgType S
}

// AOCUnit is an amount of units of an [AOCMessage].
type AOCUnit struct {
	Amount int
	Type   int // 1 to 16, 0 for none
}

// AOCRate is what a call will cost. Asterisk 16 does not know it.
type AOCRate struct {
	ChargedItem          string // NA, SpecialArrangement, BasicCommunication, CallAttempt, CallSetup, ...
	RateType             string // NA, Free, FreeFromBeginning, Duration, Flat, Volume or SpecialCode
	Time                 int
	TimeScale            string // OneHundredthSecond, OneTenthSecond, Second, TenSeconds, Minute, Hour or Day
	Granularity          int
	GranularityTimeScale string // as TimeScale
	ChargingType         string // ContinuousCharging or StepFunction
	VolumeUnit           string // Octet, Segment or Message
	Code                 string
}

// ActionName is "AOCMessage".
func (AOCMessage) ActionName() string { return "AOCMessage" }

// Encode checks the fields and adds them.
func (a AOCMessage) Encode(b *transport.Builder) error {
	switch {
	case a.Channel == "" && a.ChannelPrefix == "":
		return &FieldError{"AOCMessage", "Channel", "or ChannelPrefix is required"}
	case a.MsgType == "":
		return &FieldError{"AOCMessage", "MsgType", "is required"}
	case a.ChargeType == "" && a.MsgType != "S":
		return &FieldError{"AOCMessage", "ChargeType", "is required"}
	case a.Rate.Granularity != 0 && a.Rate.GranularityTimeScale == "":
		return &FieldError{"AOCMessage", "Rate.GranularityTimeScale", "is required with Granularity"} // Asterisk answers twice
	}
	optional(b, "Channel", a.Channel, "ChannelPrefix", a.ChannelPrefix, "MsgType", a.MsgType, "ChargeType", a.ChargeType)
	for i, unit := range a.Units {
		index := "(" + strconv.Itoa(i) + ")"
		b.Add("UnitAmount"+index, strconv.Itoa(unit.Amount))
		optional(b, "UnitType"+index, integer(unit.Type))
	}
	optional(b, "CurrencyName", a.CurrencyName, "CurrencyAmount", integer(a.CurrencyAmount),
		"CurrencyMultiplier", a.CurrencyMultiplier, "TotalType", a.TotalType, "AOCBillingId", a.BillingID,
		"ChargingAssociationId", a.ChargingAssociationID, "ChargingAssociationNumber", a.ChargingAssociationNumber,
		"ChargingAssociationPlan", a.ChargingAssociationPlan)
	optional(b, "ChargedItem", a.Rate.ChargedItem, "RateType", a.Rate.RateType, "Time", integer(a.Rate.Time),
		"TimeScale", a.Rate.TimeScale, "Granularity", integer(a.Rate.Granularity),
		"GranularityTimeScale", a.Rate.GranularityTimeScale, "ChargingType", a.Rate.ChargingType,
		"VolumeUnit", a.Rate.VolumeUnit, "Code", a.Rate.Code)
	return nil
}
