package chatdata_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/chatdata"
	"github.com/gothird/wecom/corp/internal/corptest"
)

// A program has done its work, whatever form its answer has: nothing of it is lost.
func TestAnswersOfProgramsThatAreNoText(t *testing.T) {
	t.Parallel()
	a := chatdata.Ability{ProgramId: "p", AbilityId: "a"}
	for _, data := range []string{`"{\"id\":9007199254740993}"`, `{"id":9007199254740993}`, ` {"id":"9007199254740993"}`} {
		api, _ := corptest.Script(t, `{"errcode":0,"response_data":`+data+`}`, `{"errcode":0,"response_errcode":"3","response_data":`+data+`}`)
		got, err := chatdata.SyncCallProgram[struct {
			Id int64 `json:"id"`
		}](api, a, "", struct{}{})
		require.NoError(t, err, data)
		assert.Equal(t, int64(9007199254740993), got.Id)
		res, err := chatdata.AsyncProgramResult[struct {
			Id int64 `json:"id"`
		}](api, "job")
		require.NoError(t, err, data)
		assert.Equal(t, int64(9007199254740993), res.ResponseData.Id)
		assert.Equal(t, chatdata.ProgramCode(3), res.Err())
	}
	api, _ := corptest.Script(t, `{"errcode":0,"response_errcode":3,"response_data":null}`, `{"errcode":0,"response_data":[1]}`)
	res, err := chatdata.AsyncProgramResult[string](api, "job")
	require.NoError(t, err)
	assert.Nil(t, res.ResponseData)
	_, err = chatdata.SyncCallProgram[map[string]int](api, a, "", struct{}{})
	var odd *chatdata.DataError
	require.ErrorAs(t, err, &odd)
	assert.Equal(t, "[1]", odd.ResponseData)
}
