package wecomtest_test

import (
	"net/http"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// walkTrouble is how a request of the app goes wrong, and what must come of it.
type walkTrouble struct {
	name  string
	fault wecomtest.Fault

	token   bool // another token is due; then all is well
	reads   bool // a read succeeds all the same
	unknown bool // the outcome of a write is not known
	refused int  // errcode of a write
}

// carriedOut reports whether WeCom has done what a write asks for.
func (f *walkTrouble) carriedOut() bool {
	return f == nil || f.token || f.unknown && f.fault.Late
}

// answered reports whether the app knows what came of a write.
func (f *walkTrouble) answered() bool { return f == nil || f.token }

func walkTroubles() []walkTrouble {
	var list []walkTrouble
	list = append(list,
		walkTrouble{name: "dead token", fault: wecomtest.Fault{KillToken: true}, token: true},
		walkTrouble{name: "old token", fault: wecomtest.Fault{ErrCode: 42001}, token: true},
		walkTrouble{name: "busy", fault: wecomtest.Fault{ErrCode: -1}, reads: true, refused: -1},
		walkTrouble{name: "slow", fault: wecomtest.Fault{Delay: 15 * time.Second}, reads: true, unknown: true},
		walkTrouble{name: "late", fault: wecomtest.Fault{Delay: 3 * time.Second, KillToken: true}, token: true},
		walkTrouble{name: "cut thrice", fault: wecomtest.Fault{Cut: true, Times: 3}, unknown: true},
	)
	for _, late := range []bool{false, true} {
		list = append(list,
			walkTrouble{name: "cut", fault: wecomtest.Fault{Cut: true, Late: late}, reads: true, unknown: true},
			walkTrouble{name: "gateway", fault: wecomtest.Fault{Status: http.StatusBadGateway, Late: late}, reads: true, unknown: true},
			walkTrouble{name: "garbage", fault: wecomtest.Fault{Garbage: true, Late: late}, unknown: true})
	}
	return list
}

// trouble makes the next request of api to a path go wrong, now and then. whose token is it?
// It can be had anew only if renewable. nil: all goes well.
func (k *walker) trouble(api *token.Api, path, whose string, renewable, read bool) *walkTrouble {
	f := pickOf(k.rnd, walkTroubles())
	switch {
	case !k.one(4), !fits(f, renewable, read):
		return nil
	case f.fault.Late: // it is carried out only with a token that is good
		k.warm(api, whose)
	case f.fault.ErrCode == 42001 && k.isSuite(whose):
		f.fault.ErrCode = 42009
	}
	k.note("%s: %s, late: %v", path, f.name, f.fault.Late)
	k.w.Fail(path, f.fault)
	if f.token {
		k.wire.end(whose)
	}
	k.happened.add("fault: " + f.name)
	return &f
}

// fits reports whether the model knows what comes of a fault.
func fits(f walkTrouble, renewable, read bool) bool {
	if f.token {
		return renewable
	}
	return read || f.fault.Times <= 1 // a write is sent once
}

// isSuite reports whether a token is that of a suite.
func (k *walker) isSuite(whose string) bool {
	return whose == k.suiteId(0) || whose == k.suiteId(1) || whose == k.suiteId(2)
}

// warm makes a process have a token that is good.
func (k *walker) warm(api *token.Api, whose string) {
	var err error
	switch {
	case whose == providerToken:
		_, err = licBalance(api)
	case k.isSuite(whose):
		_, err = service.GetPreAuthCode(api)
	default:
		_, err = service.GetAgentAdminList(api)
	}
	require.NoError(k, err)
}

// readEnds checks the error of a read that WeCom does not refuse.
func (k *walker) readEnds(f *walkTrouble, err error) {
	k.Helper()
	if f == nil || f.token || f.reads {
		assert.NoError(k, err)
		return
	}
	var why *token.Error
	assert.ErrorAs(k, err, &why)
	assert.NotErrorIs(k, err, token.ErrOutcomeUnknown, "it is a read")
}

// writeEnds checks the error of a write that WeCom does not refuse, and reports whether the
// app knows that it was carried out.
func (k *walker) writeEnds(f *walkTrouble, err error) bool {
	k.Helper()
	switch {
	case f.answered():
		assert.NoError(k, err)
	case f.unknown:
		assert.ErrorIs(k, err, token.ErrOutcomeUnknown)
	default:
		assert.ErrorIs(k, err, token.Code(f.refused))
		assert.NotErrorIs(k, err, token.ErrOutcomeUnknown)
	}
	return f.answered()
}
