package sandbox

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a form leaves out stays; a list that it has, if only with an empty value, is replaced.
func TestFormListLeftOut(t *testing.T) {
	t.Parallel()
	w, err := New(Config{Corps: 1})
	require.NoError(t, err)
	corps, err := w.ListCorps(t.Context(), none{})
	require.NoError(t, err)
	corp := corps.Corps[0]
	submit := func(route string, form url.Values) (out MemberChanged) {
		t.Helper()
		x, ok := RouteOf(route)
		require.True(t, ok, route)
		form.Set("corp", corp.CorpId)
		answer, err := x.Submit(t.Context(), w, form)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(answer, &out))
		return out
	}
	submit("POST /corps/{corp}/departments", url.Values{"name": {"Sales"}})
	change := "POST /corps/{corp}/members"
	form := url.Values{"user_id": {corp.Members[1].UserId}, "departments": {"", "2"}, "admin": {"true", "false"}}
	out := submit(change, form)
	assert.Equal(t, []int64{2}, out.Member.Departments)
	assert.True(t, out.Member.Admin, "the first value of a flag counts")
	out = submit(change, url.Values{"user_id": form["user_id"], "name": {"Lin"}})
	assert.Equal(t, []int64{2}, out.Member.Departments, "left out")
	assert.Equal(t, "Lin", out.Member.Name)
	assert.True(t, out.Member.Admin)
	out = submit(change, url.Values{"user_id": form["user_id"], "departments": {""}, "admin": {"false"}})
	assert.Empty(t, out.Member.Departments)
	assert.False(t, out.Member.Admin)
	assert.Equal(t, "Lin", out.Member.Name)
	x, _ := RouteOf(change)
	_, err = x.Submit(t.Context(), w, url.Values{"corp": {corp.CorpId}, "departments": {"x"}})
	assert.ErrorContains(t, err, "departments is wrong: it wants a number")
}

// An object of lists has a value for each entry, under the name of its key.
func TestFormObjects(t *testing.T) {
	t.Parallel()
	var in ButtonClick
	require.NoError(t, fillForm(&in, url.Values{"message": {"m"}, "user_id": {"u"}, "key": {"k"}, "chosen.a b": {"", "1", "2"}, "chosen.c": {""}, "chosen": {"x"}}))
	assert.Equal(t, map[string][]string{"a b": {"1", "2"}, "c": {}}, map[string][]string{"a b": in.Chosen["a b"], "c": append([]string{}, in.Chosen["c"]...)})
	assert.Len(t, in.Chosen, 2)
	click, ok := RouteOf("POST /messages/{message}/click")
	require.True(t, ok)
	assert.Contains(t, click.FieldNames(), "chosen.")
	var push SamplePush
	require.NoError(t, fillForm(&push, url.Values{"kind": {"text"}, "set.Content": {"", "x"}}))
	assert.Equal(t, map[string]string{"Content": ""}, push.Set, "the first value of a text counts")
}
