package app

import (
	"context"
	"strconv"
	"time"
)

// sample is a customer to begin with. Their numbers are reserved for fiction: by the North American Numbering Plan
// Administrator (555-01xx), Ofcom, Bundesnetzagentur and ARCEP.
type sample struct {
	customer Customer
	notes    []string
	calls    []PastCall // Began and Ended count from now
}

var samples = []sample{
	{Customer{Name: "Grace Okafor", Company: "Harbor Street Books", Remark: "Prefers mornings.", Numbers: []string{"+12025550143", "+12025550199"}},
		[]string{"Waits for the corrected invoice of October."},
		[]PastCall{{Direction: "inbound", Result: "answered", Queue: "support"}, {Direction: "inbound", Result: "abandoned", Queue: "support"}}},
	{Customer{Name: "Amelia Hart", Company: "Hart & Daughters", Remark: "Key account.", Numbers: []string{"+442079460018"}},
		[]string{"Call back about the new contract.", "Asked for a second phone line."},
		[]PastCall{{Direction: "inbound", Result: "answered", Queue: "sales"}}},
	{Customer{Name: "Tom Whitfield", Numbers: []string{"+447700900142"}}, nil,
		[]PastCall{{Direction: "outbound", Result: "no answer"}}},
	{Customer{Name: "Jonas Weber", Company: "Weber Sanitär", Remark: "Spricht Deutsch.", Numbers: []string{"+493023125042"}},
		[]string{"Delivery of the spare part is late: tell him when it has left."},
		[]PastCall{{Direction: "inbound", Result: "answered", Queue: "support"}, {Direction: "outbound", Result: "answered"}}},
	{Customer{Name: "Meral Aydın", Numbers: []string{"+491713920017"}}, nil, nil},
	{Customer{Name: "Claire Fontaine", Company: "Atelier Fontaine", Numbers: []string{"+33199001234"}},
		[]string{"Wants the catalogue on paper."}, nil},
}

// fill writes the samples, if there is no customer yet.
func (s *store) fill(ctx context.Context) error {
	var n int
	if err := s.db.QueryRowContext(ctx, "select count(*) from customers").Scan(&n); err != nil || n > 0 {
		return err
	}
	for i, one := range samples {
		if err := s.fillOne(ctx, i, one); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) fillOne(ctx context.Context, i int, one sample) error {
	c, err := s.addCustomer(ctx, one.customer)
	if err != nil {
		return err
	}
	for _, text := range one.notes {
		if _, err := s.addNote(ctx, about{customer: c.ID}, Note{Author: "Sample", Text: text}); err != nil {
			return err
		}
	}
	for j, call := range one.calls {
		call.ID, call.Server = "sample-"+strconv.Itoa(i)+"-"+strconv.Itoa(j), ""
		call.Number = c.Numbers[0]
		call.Began = time.Now().AddDate(0, 0, -3*j-i-1).Add(-time.Duration(i+j) * 37 * time.Minute)
		call.Ended = call.Began.Add(time.Duration(40+77*i) * time.Second)
		if call.Result == "answered" {
			call.Answered = call.Began.Add(9 * time.Second)
		}
		if err := s.keepCall(ctx, call); err != nil {
			return err
		}
	}
	return nil
}
