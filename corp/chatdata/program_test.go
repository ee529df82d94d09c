package chatdata_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/corp/chatdata"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var ability = chatdata.Ability{ProgramId: "spKx7", AbilityId: "abKx7"}

type question struct {
	MsgIds []string `json:"msg_ids"`
	Note   string   `json:"note,omitempty"`
}

type finding struct {
	Score int    `json:"score"`
	Text  string `json:"text"`
	Id    any    `json:"id"`
}

// What goes to a program and comes from it is JSON in a text, as it was.
// G: chatdata/programs
func TestSyncCallProgram(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"response_data":"{\"score\":\"7\",\"text\":\"<好>\",\"id\":9007199254740993}"}`, `{"response_data":"[1, 2]"}`, `{"response_data":"null"}`)
	got, err := chatdata.SyncCallProgram[finding](api, ability, "nt_1", question{[]string{"a<b>&c"}, "第一行\n\"二\""})
	require.NoError(t, err)
	assert.Equal(t, &finding{7, "<好>", json.Number("9007199254740993")}, got)
	assert.Equal(t, `/cgi-bin/chatdata/sync_call_program {"program_id":"spKx7","ability_id":"abKx7","notify_id":"nt_1","request_data":"{\"msg_ids\":[\"a<b>&c\"],\"note\":\"第一行\\n\\\"二\\\"\"}"}`, asked()[0])

	raw, err := chatdata.SyncCallProgram[json.RawMessage](api, ability, "", json.RawMessage(`{ "n": 1.50 }`))
	require.NoError(t, err)
	assert.Equal(t, `[1, 2]`, string(*raw))
	assert.Equal(t, `/cgi-bin/chatdata/sync_call_program {"program_id":"spKx7","ability_id":"abKx7","request_data":"{\"n\":1.50}"}`, asked()[1])

	list, err := chatdata.SyncCallProgram[[]int](api, ability, "", struct{}{})
	require.NoError(t, err)
	assert.Nil(t, *list)
	assert.Contains(t, asked()[2], `"request_data":"{}"`)
}

// G: chatdata/programs
func TestAnswersOfOtherTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"score":`:                   "unexpected end of JSON",
		`secret chat`:                 "invalid character",
		`{"score":"many","text":"x"}`: `other types at ["score"]`,
		`[[]]`:                        `other types at ["."]`,
	} {
		answer, err := json.Marshal(map[string]any{"response_data": text, "response_errcode": 5})
		require.NoError(t, err)
		api, _ := corptest.Script(t, string(answer), string(answer))
		got, err := chatdata.SyncCallProgram[finding](api, ability, "", question{})
		var bad *chatdata.DataError
		require.ErrorAs(t, err, &bad, text)
		assert.Nil(t, got)
		assert.Equal(t, text, bad.ResponseData)
		assert.Zero(t, bad.ResponseErrCode)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "secret chat")
		result, err := chatdata.AsyncProgramResult[finding](api, "job")
		require.ErrorAs(t, err, &bad, text)
		assert.Nil(t, result)
		assert.Equal(t, 5, bad.ResponseErrCode)
	}
	cause := errors.New("cause")
	require.ErrorIs(t, &chatdata.DataError{Err: cause}, cause)

	api, _ := corptest.Script(t, `{"response_data":""}`)
	_, err := chatdata.SyncCallProgram[finding](api, ability, "", question{})
	assert.ErrorContains(t, err, "holds no response_data")
}

// A call of a program is a write: where the connection breaks it is not repeated.
// G: chatdata/programs
func TestCallsAreNotRepeated(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, "", "")
	_, err := chatdata.SyncCallProgram[finding](api, ability, "", question{})
	require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	_, err = chatdata.AsyncProgramTask(api, ability, question{})
	require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	assert.Len(t, asked(), 2)
}

func TestAsyncProgramResult(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"response_errcode":0,"response_data":"{\"score\":7}"}`, `{"response_errcode":"101"}`, `{"errcode":710642}`, `{"errcode":790023}`, `{"errcode":790014}`)
	got, err := chatdata.AsyncProgramResult[finding](api, "job")
	require.NoError(t, err)
	require.NoError(t, got.Err())
	assert.Equal(t, &finding{Score: 7}, got.ResponseData)

	got, err = chatdata.AsyncProgramResult[finding](api, "job")
	require.NoError(t, err)
	assert.Equal(t, chatdata.ProgramResult[finding]{ResponseErrCode: 101}, *got)
	require.ErrorIs(t, got.Err(), chatdata.ProgramCode(101))
	assert.EqualError(t, got.Err(), "wecom: the program reported errcode 101")

	for _, code := range []token.Code{710642, 790023} {
		_, err = chatdata.AsyncProgramResult[finding](api, "job")
		require.ErrorIs(t, err, chatdata.ErrRunning)
		require.ErrorIs(t, err, code)
	}
	_, err = chatdata.AsyncProgramResult[finding](api, "job")
	require.ErrorIs(t, err, token.Code(790014))
	assert.NotErrorIs(t, err, chatdata.ErrRunning)
}

func TestWaitProgram(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, asked := corptest.Script(t, `{"errcode":710642}`, `{"errcode":45009}`, `{"errcode":790023}`, `{"response_errcode":0,"response_data":"{\"score\":7}"}`)
		began := time.Now()
		got, err := chatdata.WaitProgram[finding](api, "job", 0)
		require.NoError(t, err)
		assert.Equal(t, 7, got.ResponseData.Score)
		assert.Equal(t, 30*time.Second, time.Since(began))
		assert.Len(t, asked(), 4)

		api, _ = corptest.Script(t, `{"response_errcode":101,"response_data":"{\"text\":\"half\"}"}`)
		got, err = chatdata.WaitProgram[finding](api, "job", time.Second)
		require.ErrorIs(t, err, chatdata.ProgramCode(101))
		assert.Equal(t, "half", got.ResponseData.Text)

		api, _ = corptest.Script(t, `{"errcode":710641}`)
		got, err = chatdata.WaitProgram[finding](api, "job", 0)
		require.ErrorIs(t, err, token.Code(710641))
		assert.Nil(t, got)

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		running := corptest.Canned(func(string, []byte) string { return `{"errcode":790023}` })
		_, err = chatdata.WaitProgram[finding](running.WithContext(ctx), "job", 0)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
