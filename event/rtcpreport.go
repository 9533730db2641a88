package event

import (
	"strconv"
	"strings"
	"time"
)

// RTCPReport is what one side of a call tells about the RTP that it received.
type RTCPReport struct {
	SourceSSRC           string // as 0x00c0ffee
	FractionLost         int    // of 256, since the last report
	CumulativeLost       int    // negative when packets came twice
	HighestSequence      int64
	SequenceNumberCycles int
	IAJitter             int64         // in units of the RTP clock
	LSR                  int64         // middle of the NTP time of the last sender report
	DLSR                 time.Duration // since the last sender report
}

const maxReports = 32 // RTCP has five bits for their number

// addReport takes the fields of the reports: Report0SourceSSRC and its like.
func addReport(all *[]RTCPReport, key, value string) bool {
	rest, ok := strings.CutPrefix(key, "Report")
	if !ok {
		return false
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	n, err := strconv.Atoi(rest[:digits])
	if err != nil || n >= maxReports {
		return false
	}
	for len(*all) <= n {
		*all = append(*all, RTCPReport{})
	}
	return (*all)[n].set(rest[digits:], value)
}

// signed24 reads a number of 24 bits, of which Asterisk forgets the sign
// (res/res_rtp_asterisk.c, ast_rtcp_interpret; RFC 3550, 6.4.1).
func signed24(n int) int {
	if n >= 1<<23 && n < 1<<24 {
		return n - 1<<24
	}
	return n
}

func (r *RTCPReport) set(key, value string) bool {
	switch key {
	case "SourceSSRC":
		r.SourceSSRC = value
	case "FractionLost":
		r.FractionLost = number(value)
	case "CumulativeLost":
		r.CumulativeLost = signed24(number(value))
	case "HighestSequence":
		r.HighestSequence = int64Of(value)
	case "SequenceNumberCycles":
		r.SequenceNumberCycles = number(value)
	case "IAJitter":
		r.IAJitter = int64Of(value)
	case "LSR":
		r.LSR = int64Of(value)
	case "DLSR":
		r.DLSR = inSeconds(decimal(value))
	default:
		return false
	}
	return true
}
