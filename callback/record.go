package callback

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

const recordVersion = 1 // version of payloads and states in a queue

var (
	errDamagedRecord = errors.New("callback: the queued notice is damaged")
	errNewerRecord   = errors.New("callback: the queued notice was written by a newer version of this module")
)

// payloadHead is the first line of a payload; the document as WeCom sent it follows.
type payloadHead struct {
	V         int    `json:"v"`
	ReceiveId string `json:"receive_id"`
	Suite     string `json:"suite,omitempty"`     // of the Handler, on a System URL
	Installed bool   `json:"installed,omitempty"` // noticeWork.forCorp: the receive id is a corp, so functions wait until it has an installation
}

func encodePayload(n *Notice) []byte {
	head, _ := json.Marshal(payloadHead{recordVersion, n.ReceiveId, n.work.suite, n.work.forCorp}) // can't fail
	return slices.Concat(head, []byte("\n"), n.Raw)
}

func decodePayload(payload []byte) (*Notice, error) {
	line, raw, found := bytes.Cut(payload, []byte("\n"))
	var head payloadHead
	switch {
	case !found || json.Unmarshal(line, &head) != nil || head.V < 1:
		return nil, errDamagedRecord
	case head.V > recordVersion:
		return nil, errNewerRecord
	}
	n, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	n.ReceiveId, n.work.suite, n.work.forCorp = head.ReceiveId, head.Suite, head.Installed
	return n, nil
}

// requeuedOnce is the value of state.Waits when requeue has put the notice back.
const requeuedOnce = -1

// state is the progress of a notice. It is stored each time an item is settled and not
// finished.
type state struct {
	V        int      `json:"v"`
	Deaths   int      `json:"deaths,omitempty"`   // how often the process died while processing it
	Attempts int      `json:"attempts,omitempty"` // failed attempts
	First    int64    `json:"first,omitempty"`    // first failure, in Unix milliseconds
	Done     []string `json:"done,omitempty"`     // functions that do not run again
	Buried   bool     `json:"buried,omitempty"`   // it was given up: if it is claimed again, Retry was called
	Waits    int      `json:"waits,omitempty"`    // how often it waited for an installation or an exchange of its corp; after that requeuedOnce
	Looks    int      `json:"looks,omitempty"`    // how often a cancelled corp was checked again

	Permanent *service.Permanent  `json:"permanent,omitempty"`
	Removing  *token.Installation `json:"removing,omitempty"` // written before WeCom is asked
	Removed   *token.Installation `json:"removed,omitempty"`
	Retried   int64               `json:"retried,omitempty"` // of a foreign notice: time of Retry, in Unix milliseconds
}

// readState reads a state for display. A damaged one is zero.
func readState(b []byte) state {
	s := state{}
	if json.Unmarshal(b, &s) != nil {
		return state{}
	}
	return s
}

// decodeState reads the state of an item that is to be processed.
func decodeState(b []byte) (state, error) {
	if len(b) == 0 {
		return state{V: recordVersion}, nil
	}
	s := readState(b)
	switch {
	case s.V < 1:
		return state{V: recordVersion}, errDamagedRecord
	case s.V > recordVersion:
		return s, errNewerRecord
	}
	if s.Buried {
		s.Buried, s.Deaths, s.Attempts, s.First, s.Waits, s.Looks = false, 0, 0, 0, 0, 0
	}
	return s, nil
}

// installedState is the state of a create_auth whose auth code is already exchanged.
func installedState(p *service.Permanent) state { return state{V: recordVersion, Permanent: p} }

func (s state) encode() []byte {
	b, _ := json.Marshal(s) // can't fail
	return b
}

// failed counts a failed attempt, and returns the time since the first one.
func (s *state) failed() time.Duration {
	s.Attempts++
	now := clock.Now()
	if first := time.UnixMilli(s.First); s.First == 0 || first.After(now) {
		s.First = now.UnixMilli()
	}
	return now.Sub(time.UnixMilli(s.First))
}
