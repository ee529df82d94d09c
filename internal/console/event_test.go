package console

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/sandbox"
)

// The outermost fields of an event are read, of XML and of JSON.
func TestReadEvent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]string{
		"<xml><A><![CDATA[x]]></A><B>1</B><C><D>no</D></C><E>a&amp;b</E></xml>": {"A": "x", "B": "1", "E": "a&b"},
		` {"A":"x","B":1,"C":{"D":"no"}}`:                                       {"A": "x"},
		"<xml><A>x</A>":                                                         {},
		"{no":                                                                   {},
		"":                                                                      {},
	} {
		assert.Equal(t, want, readEvent(text), text)
	}
}

// Anything can be read, with nothing in it.
func FuzzReadEvent(f *testing.F) {
	for _, seed := range []string{"", "<xml><A>x</A></xml>", `{"a":"b"}`, "</a>", "<a/><b>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		assert.NotNil(t, readEvent(text))
		assert.NotNil(t, draw("text", []byte(text), 0, nil).Raw)
		s := readSend(sandbox.Request{Body: text, Answer: text})
		assert.NotEqual(t, recalled, s.lossOf("a", nil), "a request knows nothing of that")
	})
}

// A request tells why a member has got nothing.
func TestLossOf(t *testing.T) {
	t.Parallel()
	answer := `{"errcode":0,"msgid":"m","invaliduser":"bob|eve","unlicenseduser":"carl","response_code":"r"}`
	s := readSend(sandbox.Request{Body: `{"touser":"Ann|Bob|Carl","msgtype":"text","text":{"content":"x"}}`, Answer: answer})
	assert.Equal(t, "m", s.Msgid)
	assert.Equal(t, "r", s.ResponseCode)
	assert.JSONEq(t, `{"content":"x"}`, string(s.Object))
	for user, want := range map[string]loss{"Ann": notLost, "Bob": invisible, "Carl": unlicensed, "Dan": notLost} {
		assert.Equal(t, want, s.lossOf(user, []string{"Ann"}), user)
	}
	s = readSend(sandbox.Request{ErrCode: 81013, Body: `{"touser":"Ann"}`, Answer: `{"errcode":81013}`})
	assert.Equal(t, refusedAll, s.lossOf("ann", nil))
	assert.Equal(t, notLost, s.lossOf("bob", nil))
	s = readSend(sandbox.Request{Body: `{"touser":"@all","enable_duplicate_check":1}`, Answer: `{"msgid":"m"}`})
	assert.Equal(t, repeated, s.lossOf("ann", nil))
	assert.Equal(t, notLost, s.lossOf("ann", []string{"bob"}), "it was sent")
}
