package token

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A secret is hidden in whatever spelling, and nothing around it.
// G: secret/echo
func TestHideTakesTheSecretAndNoMore(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ secret, text, want string }{
		{"abc", "", ""},
		{"abc", "ab", "ab"},
		{"abc", "xabcx", "x***x"},
		{"abc", "abcabc", "******"},
		{"abc", "abababc-abc", "abab***-***"},

		// URLs.
		{"a b", "a+b a%20b a%2520b", "*** *** ***"},
		{"a+b", "a+b a%2Bb a%2bb a%252525252Bb", "*** *** *** ***"},
		{"a%b", "a%b a%25b a%2525b a%252525b", "*** *** *** ***"},
		{"aéb", "aéb a%C3%A9b a%25c3%25a9b", "*** *** ***"},
		{"a+b", "a%2Cb a%2b", "a%2Cb a%2b"},
		{"a-b", "a+b", "a+b"},
		{"aéb", "a%C3%A8b a%C3 b a%C3b", "a%C3%A8b a%C3 b a%C3b"},

		// HTML.
		{"a+b", "a&#43;b a&#x2b;b a&#X2B;b a&#00043;b", "*** *** *** ***"},
		{"a&b", "a&amp;b a&b a&#38;b", "*** *** ***"},
		{`<">'`, "&lt;&quot;&gt;&apos;", "***"},
		{"a😀b", "a&#x1F600;b a&#128512;b", "*** ***"},
		{"a+b", "a&;b a&#;b a&#x;b a&#44;b a&#43 b a&plus;b a&43;b", "a&;b a&#;b a&#x;b a&#44;b a&#43 b a&plus;b a&43;b"},
		{"a+b", "a&b a&x;b a&amp;b", "a&b a&x;b a&amp;b"},
		{"a+b", "a&b", "a&b"},
		{"a+b", "a&#000000043;b a&#0000000043;b", "*** a&#0000000043;b"},

		// JSON, also in JSON and in a query.
		{`a"b`, `a\"b a\\\"b a\u0022b a\\u0022b a%5C%22b a%5Cu0022b a%255C%2522b`, "*** *** *** *** *** *** ***"},
		{`a\b`, `a\\b a\\\\b a\u005cb a%5C%5Cb`, "*** *** *** ***"},
		{"a/b", `a\/b a\\/b a\u002Fb`, "*** *** ***"},
		{"a<b", `a\u003cb a\&lt;b a\%3Cb`, "*** *** ***"},
		{"a\n\r\t\b\fb", `a\n\r\t\b\fb a\\n\\r\\t\\b\\fb`, "*** ***"},
		{"a😀b", `a\ud83d\ude00b a\\uD83D\\uDE00b a%5Cud83d%5Cude00b`, "*** *** ***"},
		{"a\"b", `a` + strings.Repeat(`\`, maxBackslashes) + `"b`, "***"},
		{`a"b`, `a` + strings.Repeat(`\`, maxBackslashes+1) + `"b a\b`, `a` + strings.Repeat(`\`, maxBackslashes+1) + `"b a\b`},
		{`a"b`, `a\'b a\u0023b a\u002b a\x0022b a\u00 a\u a\`, `a\'b a\u0023b a\u002b a\x0022b a\u00 a\u a\`},
		{"a\nb", `a\rb a\tb anb`, `a\rb a\tb anb`},
		{"a😀b", `a\ud83db a\ud83d\ude01b a\ude00b a\ud83d\u a\ud83d`, `a\ud83db a\ud83d\ude01b a\ude00b a\ud83d\u a\ud83d`},
	} {
		assert.Equal(t, row.want, hide(row.text, row.secret), "%q in %q", row.secret, row.text)
	}
}

// Text that ends in the middle of an escape is no trouble, wherever it ends.
// G: secret/echo error/panics
func TestHideInTextThatBreaksOff(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`a%2522b`, `a&#x22;b`, `a\\\u0022b`, `a%5C%22b`, `a%255Cu0022b`, `a\ud83d\ude00b`, `a%25%2525b`} {
		for _, secret := range []string{`a"b`, "a😀b", "a%b", `"`} {
			for n := range len(text) {
				assert.NotPanics(t, func() { hide(text[:n], secret) }, "%q in %q", secret, text[:n])
			}
		}
	}
}

// What stands behind a secret name is hidden to the end of its value.
// G: secret/echo
func TestValuesOfSecretNamesAreHiddenWhole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		// Bare words end at what separates.
		`ticket=abc`:          `ticket=***`,
		`ticket=abc&x=1`:      `ticket=***&x=1`,
		`ticket: abc, x`:      `ticket: ***, x`,
		`ticket=abc;x`:        `ticket=***;x`,
		`<b>ticket=abc</b>`:   `<b>ticket=***</b>`,
		`(ticket=abc)>`:       `(ticket=***)>`,
		`{"ticket":123}x`:     `{"ticket":***}x`,
		`["ticket":abc]x`:     `["ticket":***]x`,
		`x="ticket=abc" y`:    `x="ticket=***" y`,
		`<i ticket=abc> y`:    `<i ticket=***> y`,
		`ticket=`:             `ticket=`,
		`ticket=,x`:           `ticket=,x`,
		`ticket=a ticket = b`: `ticket=*** ticket = ***`,

		// Quoted texts end at their quote.
		`"ticket":"a b,c&d"x`:          `"ticket":***x`,
		`"ticket":"a\"b\\"x`:           `"ticket":***x`,
		`"ticket":""x`:                 `"ticket":***x`,
		`"ticket":"abc`:                `"ticket":***`,
		`\"ticket\":\"a\\\"b\"x`:       `\"ticket\":***x`,
		`\"ticket\":\"abc\",\"k\":\"v`: `\"ticket\":***,\"k\":\"v`,

		// Lists and objects end with their last bracket.
		`"ticket":["a",{"b":"]}"},[1]],"x":[2]`: `"ticket":***,"x":[2]`,
		`"ticket":{"a":["b"],"c":d},"x":{}`:     `"ticket":***,"x":{}`,
		`"ticket":[],"x":1`:                     `"ticket":***,"x":1`,
		`"ticket":[a`:                           `"ticket":***`,
		`"ticket":]x`:                           `"ticket":]x`,
		`"ticket":[1,2] x`:                      `"ticket":*** x`,

		// Other names, and parts of names, stay.
		`"tickets":"abc"`:     `"tickets":"abc"`,
		`code=40001&errcode=`: `code=40001&errcode=`,
		`the ticket is abc`:   `the ticket is abc`,
	} {
		assert.Equal(t, want, hideHandedOut(text), text)
	}
}

// Each of WeCom's secret names is known, in answers and in requests.
// G: secret/echo
func TestSecretNames(t *testing.T) {
	t.Parallel()
	for _, name := range strings.Fields(`access_token provider_access_token suite_access_token provider_secret suite_secret suite_ticket
		corpsecret permanent_code auth_code pre_auth_code user_ticket user_doc_ticket js_code session_key
		ticket register_code mass_call_ticket encoding_aes_key chat_key secret_no`) {
		assert.Equal(t, `"`+name+`":***`, hideHandedOut(`"`+name+`":"abc"`))
		assert.Equal(t, []string{"abc"}, collect(nil, map[string]any{"x": []any{map[string]any{name: "abc", "y": "def"}}}, false), name)
	}
	assert.Equal(t, []string{"abc"}, collect(nil, map[string]any{"code": "abc"}, false))
	assert.Equal(t, `"code":"abc"`, hideHandedOut(`"code":"abc"`), "it may be an errcode")
}

// Searched for are the token and what was sent under secret names, the longest first, and
// their base64 forms; nothing so short that it stands in any text.
// G: secret/echo
func TestWhatIsSearchedFor(t *testing.T) {
	t.Parallel()
	r := &request{
		secretQuery: url.Values{"corpsecret": {"abc", "abcd"}},
		body:        []byte(`{"auth_code":"0123456789","userid":"zhangsan","list":[{"ticket":["tick",7]}]}`),
	}
	found := r.secrets(&grant{token: "a-token"})
	for _, secret := range []string{"abcd", "0123456789", "tick", "a-token"} {
		assert.Contains(t, found, secret)
	}
	for _, other := range []string{"abc", "zhangsan", ""} {
		assert.NotContains(t, found, other)
	}
	assert.True(t, slices.IsSortedFunc(found, func(a, b string) int { return len(b) - len(a) }))
	assert.Equal(t, "MDEyMzQ1Njc4O", found[0], "all of it but the last characters, which depend on what follows")
	assert.Len(t, r.secrets(nil), len(found)-1-len(base64Forms("a-token")), "without a token")
	assert.Empty(t, (&request{body: []byte("no JSON")}).secrets(nil))
	assert.Len(t, base64Forms("01234"), 0)
	assert.NotEmpty(t, base64Forms("012345"))
}
