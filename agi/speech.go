package agi

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// Speech is what a recogniser, or the caller's fingers, have said.
type Speech struct {
	Results  []SpeechResult // most likely first, as the engine has them
	Digit    string         // that ended it instead
	TimedOut bool           // that ended it instead
	Samples  int            // of the prompt that were played when speech was heard; 0 if the engine waited for its end
}

// SpeechResult is one way to understand what was said.
type SpeechResult struct {
	Score   int // of what, the engine says; often of 1,000
	Text    string
	Grammar string
}

const noSpeech = "there is no speech object, or its engine refused (SpeechCreate comes first)"

// SpeechCreate makes the speech object of the session ([SPEECH CREATE]). An
// engine of "" means Asterisk's default. An engine is a module of Asterisk that
// few installations have; without it the error is an [*Error].
//
// [SPEECH CREATE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_create/
func (s *Session) SpeechCreate(ctx context.Context, engine string) error {
	return s.runTrue(ctx, "no such speech engine, or there is a speech object already", "SPEECH CREATE", engine)
}

// SpeechDestroy ends the speech object ([SPEECH DESTROY]). So does the end of
// the session.
//
// [SPEECH DESTROY]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_destroy/
func (s *Session) SpeechDestroy(ctx context.Context) error {
	return s.runTrue(ctx, noSpeech, "SPEECH DESTROY")
}

// SpeechSet changes a setting of the engine ([SPEECH SET]). Asterisk does not
// report a setting that the engine does not know.
//
// [SPEECH SET]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_set/
func (s *Session) SpeechSet(ctx context.Context, name, value string) error {
	return s.runTrue(ctx, noSpeech, "SPEECH SET", name, value)
}

// SpeechLoadGrammar loads a grammar from a file of the server, under a name
// ([SPEECH LOAD GRAMMAR]).
//
// [SPEECH LOAD GRAMMAR]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_load_grammar/
func (s *Session) SpeechLoadGrammar(ctx context.Context, name, path string) error {
	return about(path, s.runTrue(ctx, noSpeech, "SPEECH LOAD GRAMMAR", name, path))
}

// SpeechUnloadGrammar removes a grammar that was loaded ([SPEECH UNLOAD
// GRAMMAR]).
//
// [SPEECH UNLOAD GRAMMAR]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_unload_grammar/
func (s *Session) SpeechUnloadGrammar(ctx context.Context, name string) error {
	return s.runTrue(ctx, noSpeech, "SPEECH UNLOAD GRAMMAR", name)
}

// SpeechActivateGrammar makes the next recognition use a grammar ([SPEECH
// ACTIVATE GRAMMAR]).
//
// [SPEECH ACTIVATE GRAMMAR]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_activate_grammar/
func (s *Session) SpeechActivateGrammar(ctx context.Context, name string) error {
	return s.runTrue(ctx, noSpeech, "SPEECH ACTIVATE GRAMMAR", name)
}

// SpeechDeactivateGrammar ends what [Session.SpeechActivateGrammar] began
// ([SPEECH DEACTIVATE GRAMMAR]).
//
// [SPEECH DEACTIVATE GRAMMAR]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_deactivate_grammar/
func (s *Session) SpeechDeactivateGrammar(ctx context.Context, name string) error {
	return s.runTrue(ctx, noSpeech, "SPEECH DEACTIVATE GRAMMAR", name)
}

// SpeechRecognize plays a prompt and listens, from the beginning of the prompt,
// until something is recognised or a digit is pressed ([SPEECH RECOGNIZE]). The
// timeout begins at the end of the prompt, in whole seconds, rounded up; 0 or
// less means no limit. The prompt begins after so many samples, 0 for all of
// it; a prompt that does not exist is left out.
//
// [SPEECH RECOGNIZE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/speech_recognize/
func (s *Session) SpeechRecognize(ctx context.Context, prompt string, timeout time.Duration, samples int) (Speech, error) {
	const command = "SPEECH RECOGNIZE"
	r, err := s.run(ctx, noSpeech, command, prompt, strconv.FormatInt(max(seconds(timeout), 0), 10), strconv.Itoa(samples))
	if err != nil {
		return Speech{}, err
	}
	end, pairs := r.speech()
	speech := Speech{Samples: pairs.count("endpos")}
	switch {
	case r.Result != "1":
		return Speech{}, s.failed(ctx, command, r, noSpeech)
	case end == "hangup":
		return speech, s.goneIn(command, r)
	case end == "timeout":
		speech.TimedOut = true
	case end == "digit":
		speech.Digit, _ = pairs.Param("digit")
	default:
		speech.Results = pairs.speechResults()
	}
	return speech, nil
}

// speech parts what ended a recognition from the pairs behind it, which may
// hold parentheses.
func (r Reply) speech() (end string, pairs Reply) {
	_, text, _ := strings.Cut(r.text, "(")
	end, pairs.rest, _ = strings.Cut(text, ")")
	return end, pairs
}

// maxSpeechResults is far more than Asterisk's buffer of 4,096 bytes holds.
const maxSpeechResults = 512

func (r Reply) speechResults() []SpeechResult {
	count := min(r.count("results"), maxSpeechResults)
	var results []SpeechResult
	for i := range max(count, 0) {
		number := strconv.Itoa(i)
		text, ok := r.Param("text" + number)
		if !ok {
			break
		}
		grammar, _ := r.Param("grammar" + number)
		results = append(results, SpeechResult{r.count("score" + number), text, grammar})
	}
	return results
}
