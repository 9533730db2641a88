package sipua_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// liveStory is calls that are played, and how a model has to tell them.
type liveStory struct {
	name    string
	short   bool // it is played also where time is short
	play    func(s *act)
	told    string // a line each; * is any text
	capture string // the name of a capture of it in package live; empty for none
	ending  string // the name of a capture of it in package gateway
	equal   bool   // it is compared with pbxtest also where time is short
	real    bool   // pbxtest can't play it
	loose   bool   // other lines may be between, and those that begin with | anywhere: what several threads of Asterisk do has no order
}

// TestLiveStories plays calls by real phones, and has a model tell them.
func TestLiveStories(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &storiesConfig)
			for _, story := range slices.Concat(callStories, queueStories, endingStories, blindStories, attendedStories, otherStories) {
				if !story.short && !lab.Full() {
					continue
				}
				t.Run(story.name, func(t *testing.T) { story.run(t, s, overAMI) })
				if story.short && lab.Full() {
					t.Run(story.name+", over AJAM", func(t *testing.T) { story.run(t, s, overAJAM) })
				}
			}
		})
	}
}

func overAMI(ctx context.Context, s *lab.Server, login ami.Config) (ami.Persistent, error) {
	return ami.Connect(ctx, s.AMI(), &login)
}

func overAJAM(ctx context.Context, s *lab.Server, login ami.Config) (ami.Persistent, error) {
	return ajam.Connect(ctx, "http://"+s.HTTP(), &ajam.Config{Config: login})
}

func (story liveStory) run(t *testing.T, s *lab.Server, connect func(ctx context.Context, s *lab.Server, login ami.Config) (ami.Persistent, error)) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // in which it hangs: a busy machine is no reason
	defer cancel()
	user := s.User("all")
	client, err := connect(ctx, s, ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	p := onPhones(t, ctx, s, client)
	finish := story.record(t, ctx, client, s.Version().String())
	defer func() {
		if t.Failed() { // or the next story has its channels
			_, _ = client.Do(context.WithoutCancel(ctx), action.Hangup{Channel: "/./"})
		}
	}()
	story.play(p)
	p.over()
	finish()
	if want := strings.Split(strings.Trim(story.told, "\n"), "\n"); !story.tells(p.lines, want) {
		t.Errorf("it is told\n%s\nwant\n%s", strings.Join(p.lines, "\n"), strings.Join(want, "\n"))
	}
}

// onPhones has three people with phones, until the test ends.
func onPhones(t *testing.T, ctx context.Context, s *lab.Server, client ami.Session) *act {
	return takePhones(listen(t, ctx, client), openPhones(t, ctx, s))
}

// openPhones registers the phones, until the test ends.
func openPhones(t *testing.T, ctx context.Context, s *lab.Server) map[string]*sipua.Phone {
	phones := make(map[string]*sipua.Phone)
	for _, number := range []string{"100", "101", "102"} {
		phone := sipua.Open(t, s, number)
		if err := phone.Register(ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
			defer cancel()
			_ = phone.Unregister(ctx)
		})
		phones[number] = phone
	}
	return phones
}

// takePhones gives the phones to three people.
func takePhones(l *teller, phones map[string]*sipua.Phone) *act {
	return &act{teller: l, ann: l.person(phones["100"], "100"), bea: l.person(phones["101"], "101"), cem: l.person(phones["102"], "102")}
}

// tells compares what is told with what is to be told.
func (story liveStory) tells(got, want []string) bool {
	if !story.loose {
		return slices.EqualFunc(got, want, isLike)
	}
	for _, line := range want {
		anywhere, free := strings.CutPrefix(line, "| ")
		at := slices.IndexFunc(got, func(told string) bool { return isLike(told, anywhere) })
		if at < 0 {
			return false
		}
		if !free {
			got = got[at+1:]
		}
	}
	return true
}

func isLike(line, pattern string) bool {
	before, after, any := strings.Cut(pattern, "*")
	if !any {
		return line == pattern
	}
	rest, ok := strings.CutPrefix(line, before)
	for i := range len(rest) + 1 {
		if ok && isLike(rest[i:], after) {
			return true
		}
	}
	return false
}
