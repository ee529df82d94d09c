package spectest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNoTwoNeighboursAreBothTrue(t *testing.T) {
	t.Parallel()
	v := map[string]any{"a": true, "b": []any{true, "x"}}
	for first := range 2 {
		trues := 0
		for _, l := range leaves("", alternating(v, first)) {
			if l.text == "true" {
				trues++
			}
		}
		assert.Equal(t, 1, trues, "%d", first)
	}
	assert.Equal(t, true, v["a"], "a copy")
}

func TestMadeHasEveryField(t *testing.T) {
	t.Parallel()
	facts, ok := find("order/pay_job_result")
	require.True(t, ok)
	data, err := json.Marshal(made(facts, map[string]any{"status": 3}))
	require.NoError(t, err)
	assert.JSONEq(t, `{"errcode":0,"errmsg":"ok","status":3,"pay_job_result":{"errcode":5000000001,"errmsg":"text-2",
		"fail_corp_list":[{"corpid":"text-3","errcode":5000000004,"errmsg":"text-5"},
		{"corpid":"text-6","errcode":5000000007,"errmsg":"text-8"}]}}`, string(data))
}

func TestNulls(t *testing.T) {
	t.Parallel()
	v, err := decode([]byte(`{"a":[{"b":{}}],"c":1}`))
	require.NoError(t, err)
	variants, paths := nulls(v)
	assert.Equal(t, []string{"a", "a[0]", "a[0].b"}, paths)
	var got []string
	for _, v := range variants {
		got = append(got, string(encode(v)))
	}
	assert.Equal(t, []string{`{"a":null,"c":1}`, `{"a":[null],"c":1}`, `{"a":[{"b":null}],"c":1}`}, got)
}
