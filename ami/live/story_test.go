package live

import (
	"strings"
	"testing"
)

// stories has the calls of docs/calls.md as they are to be told.
var stories = map[string]string{
	"direct-call": `
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`,
	"direct-call-busy": `
100 left(17), 101 left(17) for 100; ended
`,
	"direct-call-given-up": `
100 left(127), 101 left(127) for 100; ended
`,
	"click-to-call": `
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`,
	"queue": `
  100 in desk
  100 in desk left
  100 in desk answered by 101, Bea at PJSIP/101
100 up, 101 up for 100; 100+101
100 left(16), 101 left(16) for 100; ended
`,
	"blind-transfer": `
100 up, 101 up for 100; 100+101
  blind transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 100; 100+102
100 left(16), 101 left(16) for 100, 102 left(16) for 100; ended
`,
	"attended-transfer": `
100 up, 101 up for 100; 100+101
101 up, 102 up for 101; 101+102
101 up, 102 up for 101; merged
100 up, 101 up for 100, 101 up, 102 up for 101; 100+102
  attended transfer by 101 of 100 to 102: Success
100 left(16), 101 left(16) for 100, 101 left(16), 102 left(16) for 101; ended
`,
	"pickup": `
102 up; merged
100 up, 101 left(26) for 100, 102 up picked up 101; 100+102
100 left(16), 101 left(26) for 100, 102 left(16) picked up 101; ended
`,
	"parking": `
100 up, 101 up for 100; 100+101
102 up; merged
100 up, 101 left(16) for 100, 102 up; 100+102
100 left(16), 101 left(16) for 100, 102 left(16); ended
`,
	"attended-transfer-feature-16": `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100; 101 holds
100 up, 101 up for 100, 102 up for 101; 101+102 (2 bridges); 101 holds
100 up, 101 up for 100, 102 up for 101; 101 holds
100 up, 101 up for 100, 102 up for 101; 100+102 (2 bridges); 101 holds
  attended transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 101; 100+102 (2 bridges)
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`,
	"attended-transfer-feature-22": `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100, 102; 101 holds
100 up, 101 up for 100, 102 up for 101; 101+102 (2 bridges); 101 holds
100 up, 101 up for 100, 102 up for 101; 101 holds
100 up, 101 up for 100, 102 up for 101; 100+102 (2 bridges); 101 holds
  attended transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 101; 100+102 (2 bridges)
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`,
	"attended-transfer-ringing-16": `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100; 101 holds
  attended transfer by 101 of 100 to 102: Success
100 up, 101 up for 100, 102 up for 101; 100+102 (2 bridges); 101 holds
100 up, 101 left(16) for 100, 102 up for 101; 100+102 (2 bridges)
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`,
	"attended-transfer-ringing-22": `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100; 101 holds
  attended transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 101; 100+102 (2 bridges)
100 left(16), 101 left(16) for 100, 102 left(16) for 101; ended
`,
	"attended-transfer-feature-queue-16": `
101 up, 100 up for 101; 100+101
101 up, 100 up for 101; 100+101; 101 holds
101 up, 100 up for 101; 101 holds
  Local/613@default in cem
  101 in cem
  100 in cem
  attended transfer by 101 of 100 to 102: Success
  100 in cem left
  100 in cem answered by 102, Cem at PJSIP/102
101 left(16), 100 up for 101, 102 up for 101; 100+102 (2 bridges)
101 left(16), 100 left(16) for 101, 102 left(16) for 101; ended
`,
	"attended-transfer-feature-queue-22": `
101 up, 100 up for 101; 100+101
101 up, 100 up for 101; 100+101; 101 holds
  Local/613@default in cem
101 up, 100 up for 101; 101 holds
  101 in cem
  100 in cem
  attended transfer by 101 of 100 to 102: Success
  100 in cem left
  100 in cem answered by 102, Cem at PJSIP/102
101 left(16), 100 up for 101, 102 up for 101; 100+102 (2 bridges)
101 left(16), 100 left(16) for 101, 102 left(16) for 101; ended
`,
	"attended-transfer-conference": `
102 up; 102 in 7
100 up, 101 up for 100; 100+101
101 up; 101 in 7
100 up, 101 up for 100; 100 in 7
  attended transfer by 101 of 100 to ConfBridge: Success
101 left(16); ended
100 left(16), 101 left(16) for 100; ended
102 left(16); ended
`,
	"blind-transfer-feature": `
100 up, 101 up for 100; 100+101
100 up, 101 up for 100; 100+101; 101 holds
100 up, 101 up for 100; 100+101
  blind transfer by 101 of 100 to 102: Success
100 up, 101 left(16) for 100, 102 up for 100; 100+102
100 left(16), 101 left(16) for 100, 102 left(16) for 100; ended
`,
	"queue-timed-out": `
  100 in desk
  100 in desk left
100 left(16), 101 left(0) for 100; ended
`,
	"queue-left-by-key": `
  100 in keys
  100 in keys left
100 up, 101 left(0) for 100, 102 up for 100; 100+102
100 left(16), 101 left(0) for 100, 102 left(16) for 100; ended
`,
	"attended-transfer-queue": `
100 up, 101 up for 100; 100+101
  101 in cem
  attended transfer by 101 of 100 to Queue: Success
  100 in cem
  100 in cem left
  100 in cem answered by , Cem at PJSIP/102
101 left(16), 102 up for 101; merged
100 up, 101 left(16) for 100, 101 left(16), 102 up for 101; 100+102
  100 in cem answered by 102, Cem at PJSIP/102
100 left(16), 101 left(16) for 100, 101 left(16), 102 left(16) for 101; ended
`,
	"attended-transfer-early": `
100 up, 101 up for 100; 100+101
  attended transfer by 101 of 100 to Dial: Success
101 left(16), 102 up for 101; merged
100 up, 101 left(16) for 100, 101 left(16), 102 up for 101; 100+102
  attended transfer by 101 of 100 to 102: Success
100 left(16), 101 left(16) for 100, 101 left(16), 102 left(16) for 101; ended
`,
	"conference": `
100 up; 100 in 7
101 up; 101 in 7
100 left(16); ended
101 left(16); ended
`,
}

func TestStories(t *testing.T) {
	for name, want := range stories {
		captures := []string{name}
		if !strings.HasSuffix(name, "-16") && !strings.HasSuffix(name, "-22") { // else they differ in an order that Asterisk's threads have by chance
			captures = []string{name + "-16", name + "-22"}
		}
		for _, name := range captures {
			t.Run(name, func(t *testing.T) {
				events := capture(t, name)
				f := follow(t)
				f.answer = oracle(events)
				f.takes(events...)
				if got := "\n" + story(f.changes); got != want {
					t.Errorf("the story is\n%s\nwant\n%s", got, want)
				}
				if len(f.asked) > 0 {
					t.Errorf("asked for %q, want no question", f.asked)
				}
				if len(f.legs) > 0 {
					t.Errorf("%d channels are left", len(f.legs))
				}
			})
		}
	}
}
