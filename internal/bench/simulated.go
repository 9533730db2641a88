package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

const (
	simulatedCalls = 100    // of a run, one after the other
	simulatedLive  = 10_000 // calls at a time
	simulatedTests = 200    // PBXs of a run
)

// simulatedCases are the cases of the simulated PBX, in the order in which a round runs them.
func simulatedCases() []string { return []string{"pbxwrites", "pbxevents", "pbxlive", "pbxcall"} }

// simulatedRows are their lines of the report.
func simulatedRows(cpu quantity) []row {
	each := quantity{"%.1f KiB", func(r result) float64 { return (r.Heap + r.Stack) / 1024 }}
	return []row{
		{"simulated PBX, an event", "pbxevents", "pbxwrites", cpu, 1.5},
		{"simulated PBX, 10,000 calls, memory each", "pbxlive", "", each, 8},
		{"simulated PBX, a test with a call", "pbxcall", "", quantity{"%.2f ms", func(r result) float64 { return r.Wall / 1e6 }}, 2},
	}
}

func (j job) runSimulated(ctx context.Context) (result, error) {
	switch j.Case {
	case "pbxwrites":
		return j.simulatedWrites(ctx)
	case "pbxevents":
		return j.simulatedEvents(ctx)
	case "pbxlive":
		return simulatedMemory(ctx)
	case "pbxcall":
		return j.measure(1, simulatedTests, func() error {
			for range simulatedTests {
				if err := testedCall(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return result{}, errors.New("no such case")
}

// simulated is a PBX whose phones A... call phones B..., which answer at once.
func simulated(calls int) (*pbxtest.PBX, error) {
	config := &pbxtest.Config{Dialplan: "[a]\nexten => _B.,1,Dial(PJSIP/${EXTEN},20)\n"}
	for n := range calls {
		config.Phones = append(config.Phones, pbxtest.Phone{ID: "A" + strconv.Itoa(n), Context: "a", AnswerAfter: time.Microsecond},
			pbxtest.Phone{ID: "B" + strconv.Itoa(n), Context: "a", AnswerAfter: time.Microsecond})
	}
	return pbxtest.New(config)
}

// talk has one phone call another, and both talk.
func talk(pbx *pbxtest.PBX) error {
	phone, err := pbx.Phone("A0")
	if err != nil {
		return err
	}
	call, err := phone.Call("B0")
	if err != nil {
		return err
	}
	<-call.Answered()
	if err := call.Hangup(); err != nil {
		return err
	}
	<-call.Ended()
	return nil
}

// testedCall is what a test does that is about one call.
func testedCall(ctx context.Context) error {
	pbx, err := simulated(1)
	if err != nil {
		return err
	}
	client, err := ami.Connect(ctx, "pbx", &ami.Config{Dial: pbx.Dial, Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
	if err != nil {
		return errors.Join(err, pbx.Close())
	}
	hangups := client.Subscribe(event.Of[event.Hangup](), nil)
	err = talk(pbx)
	if err == nil {
		_, err = hangups.Next(ctx)
	}
	return errors.Join(err, client.Close(), pbx.Close())
}

// simulatedMemory is what calls take that go on.
func simulatedMemory(ctx context.Context) (result, error) {
	pbx, err := simulated(simulatedLive)
	if err != nil {
		return result{}, err
	}
	defer pbx.Close()
	client, err := ami.Connect(ctx, "pbx", &ami.Config{Dial: pbx.Dial, Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	entries := client.Subscribe(event.Of[event.BridgeEnter](), nil)
	before := held()
	for n := range simulatedLive {
		number := strconv.Itoa(n)
		if _, err := client.Do(ctx, action.Originate{Channel: "PJSIP/A" + number, Context: "a", Exten: "B" + number, Priority: 1, Async: true}); err != nil {
			return result{}, err
		}
		for range 2 {
			if _, err := entries.Next(ctx); err != nil {
				return result{}, err
			}
		}
	}
	after := held()
	r := result{
		Heap:  (float64(after.HeapInuse) - float64(before.HeapInuse)) / simulatedLive,
		Stack: (float64(after.StackInuse) - float64(before.StackInuse)) / simulatedLive,
	}
	channels, err := ami.List(ctx, client, action.CoreShowChannels{})
	if len(channels) != 2*simulatedLive {
		r.Invalid = fmt.Sprintf("there are %d channels", len(channels))
	}
	return r, err
}

// simulatedEvents is what an event takes that a client in another process gets.
func (j job) simulatedEvents(ctx context.Context) (result, error) {
	pbx, err := simulated(1)
	if err != nil {
		return result{}, err
	}
	defer pbx.Close()
	address, err := pbx.Listen()
	if err != nil {
		return result{}, err
	}
	s, err := startSink(ctx, address)
	if err != nil {
		return result{}, err
	}
	defer s.stop()
	marks, err := markerOf(ctx, pbx, "off")
	if err != nil {
		return result{}, err
	}
	defer marks.conn.Close()
	return j.perBlock(s, func() (string, error) {
		for range simulatedCalls {
			if err := talk(pbx); err != nil {
				return "", err
			}
		}
		return marks.next()
	})
}

// perBlock measures work that has blocks sent to a sink, the last with a mark.
func (j job) perBlock(s *sink, work func() (mark string, err error)) (result, error) {
	counted := 0
	r, err := j.measure(j.Bursts, 1, func() error {
		mark, err := work()
		if err != nil {
			return err
		}
		counted, err = s.until(mark)
		return err
	})
	if err == nil && counted < simulatedCalls*20 {
		r.Invalid = fmt.Sprintf("%d events of %d calls", counted, simulatedCalls)
	}
	r.CPU, r.Wall, r.Mallocs = r.CPU/float64(counted), r.Wall/float64(counted), r.Mallocs/float64(counted)
	return r, err
}

// simulatedWrites writes each event of the same calls by itself.
func (j job) simulatedWrites(ctx context.Context) (result, error) {
	texts, err := recorded(ctx)
	if err != nil {
		return result{}, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return result{}, err
	}
	defer listener.Close()
	s, err := startSink(ctx, listener.Addr().String())
	if err != nil {
		return result{}, err
	}
	defer s.stop()
	conn, err := listener.Accept()
	if err != nil {
		return result{}, err
	}
	defer conn.Close()
	n := 0
	return j.perBlock(s, func() (string, error) {
		for _, text := range texts {
			if _, err := conn.Write(text); err != nil {
				return "", err
			}
		}
		n++
		_, err := fmt.Fprintf(conn, "Mark: %d\r\n\r\n", n)
		return strconv.Itoa(n), err
	})
}

// recorded are the events that the calls of a run have.
func recorded(ctx context.Context) (texts [][]byte, err error) {
	pbx, err := simulated(1)
	if err != nil {
		return nil, err
	}
	defer pbx.Close()
	marks, err := markerOf(ctx, pbx, "on")
	if err != nil {
		return nil, err
	}
	defer marks.conn.Close()
	for range simulatedCalls {
		if err := talk(pbx); err != nil {
			return nil, err
		}
	}
	if _, err := marks.next(); err != nil {
		return nil, err
	}
	input := bufio.NewReader(marks.conn)
	for {
		block, err := readBlock(input)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(block, []byte("Mark: ")) {
			return texts, nil
		}
		texts = append(texts, block)
	}
}

// marker is a connection in memory that has the PBX send everybody events with a mark.
type marker struct {
	conn net.Conn
	n    int
}

func markerOf(ctx context.Context, pbx *pbxtest.PBX, events string) (*marker, error) {
	conn, err := pbx.Dial(ctx, "tcp", "pbx")
	if err != nil {
		return nil, err
	}
	m := &marker{conn: conn}
	_, err = fmt.Fprintf(conn, login, events)
	return m, err
}

const login = "Action: Login\r\nUsername: admin\r\nSecret: secret\r\nEvents: %s\r\n\r\n"

func (m *marker) next() (mark string, err error) {
	m.n++
	_, err = fmt.Fprintf(m.conn, "Action: UserEvent\r\nUserEvent: Mark\r\nMark: %d\r\n\r\n", m.n)
	return strconv.Itoa(m.n), err
}

// readBlock reads lines with the empty one that ends them.
func readBlock(input *bufio.Reader) (block []byte, err error) {
	for {
		line, err := input.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if block = append(block, line...); len(bytes.TrimRight(line, "\r\n")) == 0 {
			return block, nil
		}
	}
}

// sink is the process of a client that reads events. It is told of a mark, and answers how many blocks there were since the last one.
type sink struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	answers *bufio.Reader
}

func startSink(ctx context.Context, address string) (*sink, error) {
	s := new(sink)
	var err error
	if s.cmd, err = child(ctx); err != nil {
		return nil, err
	}
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.answers = bufio.NewReader(stdout)
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the sink: %w", err)
	}
	return s, json.NewEncoder(s.stdin).Encode(job{Case: "sink", Address: address})
}

func (s *sink) stop() {
	s.stdin.Close()
	_ = s.cmd.Wait() // it has nothing to tell any more
}

// until waits until a mark has come, and returns how many blocks there were before it.
func (s *sink) until(mark string) (blocks int, err error) {
	if _, err := fmt.Fprintln(s.stdin, mark); err != nil {
		return 0, err
	}
	_, err = fmt.Fscan(s.answers, &blocks)
	return blocks, err
}

// drain is the sink's own process.
func drain(address string, words *bufio.Scanner) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, login, "on"); err != nil {
		return err
	}
	input := bufio.NewReaderSize(conn, 64<<10)
	for words.Scan() {
		mark := []byte("\nMark: " + words.Text() + "\r\n")
		for blocks := 0; ; blocks++ {
			block, err := readBlock(input)
			if err != nil {
				return err
			}
			if bytes.Contains(append([]byte("\n"), block...), mark) {
				fmt.Fprintln(os.Stdout, blocks)
				break
			}
		}
	}
	return words.Err()
}
