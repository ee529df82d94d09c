package wexml

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// tolerated has documents of an odd form and what their Text and Int are.
var tolerated = map[string]struct {
	text string
	int  int
}{
	"\ufeff<xml><Text>a</Text><Int>1</Int></xml>":                                             {"a", 1},
	"\x00 \n<xml><Text>a</Text></xml>":                                                        {"a", 0},
	`<?xml version="1.1" encoding="GBK"?><xml><Text>企</Text></xml>`:                           {"企", 0},
	`<?xml version='1.0' encoding='UTF-16' ?><xml><Text>a</Text></xml>`:                       {"a", 0},
	`<?xml version="1.0"><xml><Text>a</Text></xml>`:                                           {"a", 0},
	`<?xml version="1.0"?><?xml-stylesheet href="a>b"?><xml><?php a < b ?><Int>1</Int></xml>`: {"", 1},
	`<xml><Text>x<?a b>c?>y<!-- <Text>no</Text> -->z</Text></xml>`:                            {"xyz", 0},
	`<!DOCTYPE xml><xml><Text>a</Text></xml>`:                                                 {"a", 0},
	`<!DOCTYPE xml SYSTEM "a>b[c"><xml><Text>a</Text></xml>`:                                  {"a", 0},
	`<xml><!-- <Text>no</Text> --><Text>a<!-- b -->c</Text><!-- -- --></xml>`:                 {"ac", 0},
	"<xml><Text>a\r<!-- -->\nb</Text></xml>":                                                  {"a\n\nb", 0},
	`<xml version="1.0" a = 'b>c' d="/>"><Text lang="zh">a</Text><Int x='1'/></xml>`:          {"a", 0},
	`<xml><Text a=1 b>x</Text><Int c="d" >2</Int></xml>`:                                      {"x", 2},
	`<x:xml xmlns:x="urn:x"><x:Text>a</x:Text><y:Int>3</y:Int></x:xml>`:                       {"a", 3},
	`<xml><:Text>no</:Text><Text:>no</Text:><Int>3</Int></xml>`:                               {"", 3},
	`<xml><企业>no</企业><Text>a</Text></xml>`:                                                    {"a", 0},
	`<xml><Text>a & b &nbsp; &amp &#0; &#xFFFFFFFFFF; &lt;</Text></xml>`:                      {"a & b &nbsp; &amp &#0; &#xFFFFFFFFFF; <", 0},
	`<xml><Text>&#xD800;&#x` + strings.Repeat("0", 99) + `41;</Text></xml>`:                   {"\ufffdA", 0},
	`<xml><Text>a]]>b</Text></xml>`:                                                           {"a]]>b", 0},
	`<xml><Text><![CDATA[a<![CDATA[b]]>c]]></Text></xml>`:                                     {"a<![CDATA[bc]]>", 0},
	`<xml><Text><![CDATA[a]]>]<![CDATA[]]]]>></Text></xml>`:                                   {"a]]]>", 0},
	`<xml><Text>1 < 2 <3 <- <! <![cdata[</Text><Int>1</Int></xml>`:                            {"1 < 2 <3 <- <! <![cdata[", 1},
	`<xml><Text>a<!x[y]>b<! </Text><Int>1</Int></xml>`:                                        {"ab<! ", 1},
	`<xml><Text>a<!x <!-- > --> <y '>"'> "<">b</Text></xml>`:                                  {"ab", 0},
	`<xml><Text>a` + strings.Repeat("<! ", 99) + `</Text><Int>1</Int></xml>`:                  {"a" + strings.Repeat("<! ", 99), 1},
	`<xml><!ELEMENT a ANY><Text>a<!ENTITY b "c">&b;</Text></xml>`:                             {"a&b;", 0},
	`<xml><Text>a<!x <!-- > -->>b</Text></xml>`:                                               {"ab", 0},
	`<xml><Text>a<!>b>c</Text></xml>`:                                                         {"ac", 0},
	`<!x><xml><Text>a</Text></xml>`:                                                           {"a", 0},
	`<xml><Text>a<![x]>b</Text></xml>`:                                                        {"a<![x]>b", 0},
	`<xml><Text>` + strings.Repeat("<! ", 20) + `b<!x>c</Text><Int>1</Int></xml>`:             {strings.Repeat("<! ", 20) + "bc", 1},
	`<xml><Text>a<!x>b</Text></xml>`:                                                          {"ab", 0},
	"<xml><Text>a\x02b\x1b\x00c\uFFFE\uFFFF</Text></xml>":                                     {"a\ufffdb\ufffd\ufffdc\ufffd\ufffd", 0},
	"<xml><Text>\xe4\xbc\xff\xed\xa0\x80</Text></xml>":                                        {strings.Repeat("\ufffd", 6), 0},
	"<xml><Text>\xe4\xbc</Text><Int>1</Int></xml>":                                            {"\ufffd\ufffd", 1},
	"<xml><Text>a&#13;\r\nb\x01</Text></xml>":                                                 {"a\r\nb\ufffd", 0},
	`<xml><Text>a</text><Int>1</Int></xml>`:                                                   {"a", 1},
	`<xml><Other>a</Int></Other><Int>1</Int></xml>`:                                           {"", 1},
	`<xml><One><Text>no</One><Int>1</Int></xml>`:                                              {"", 1},
	`<xml><Text>a</Text></xml><xml><Text>b</Text></xml>`:                                      {"a", 0},
	"<xml><Text>a</Text></xml>\x00\x00 text & <":                                              {"a", 0},
	`text <xml><Text>a</Text></xml>`:                                                          {"a", 0},
	`<![CDATA[x]]><xml><Text>a</Text></xml>`:                                                  {"a", 0},
	`<xml><Text>a</Text ></xml x="y">`:                                                        {"a", 0},
}

// What encoding/xml takes as well, it reads as we do.
// G: event/repair
func TestOddFormsAreRead(t *testing.T) {
	t.Parallel()
	same := 0
	for doc, want := range tolerated {
		var got, theirs everything
		misfits, err := Unmarshal([]byte(doc), &got)
		require.NoError(t, err, doc)
		assert.Equal(t, want.text, got.Text, "%q", doc)
		assert.Equal(t, want.int, got.Int, "%q", doc)
		if len(misfits) == 0 && xml.Unmarshal([]byte(doc), &theirs) == nil {
			assert.Equal(t, theirs, got, "%q", doc)
			same++
		}
	}
	assert.Greater(t, same, 12)
}

// brokenOff has documents without an end and what is left of them.
var brokenOff = map[string]everything{
	`<xml><Text>a</Text>`:                              {Text: "a"},
	`<xml><Text>a</Text><Int>12`:                       {Text: "a"},
	`<xml><Text>a</Text><Int>12</In`:                   {Text: "a"},
	`<xml><Text>a</Text><Int`:                          {Text: "a"},
	`<xml><Text>a</Text></`:                            {Text: "a"},
	`<xml><Text>a</Text><`:                             {Text: "a"},
	`<xml><Text>a</Text><!`:                            {Text: "a"},
	`<xml><Text>a</Text><?`:                            {Text: "a"},
	`<xml><Text>a</Text>&`:                             {Text: "a"},
	`<xml><Text>a</Text><Int x="`:                      {Text: "a"},
	`<xml><Text>a</Text><One><Name>b</Name><Count>1`:   {Text: "a", One: inner{Name: "b"}},
	`<xml><Text>a</Text><Name><![CDATA[b]]`:            {Text: "a"},
	`<xml><Text>a</Text><!DOCTYPE xml "`:               {Text: "a"},
	`<xml><Text>a</Text><!-- <Int>1</Int>`:             {Text: "a"},
	`<xml><Text>a</Text><?php <Int>1</Int`:             {Text: "a", Int: 1},
	`<xml><Text/><ExtAttr><Item><Name>a</Name></Item>`: {Items: []inner{{Name: "a"}}},
	`{"Text":"a"`:                                      {Text: "a"},
	`{"Text":"a","Int":12`:                             {Text: "a"},
	`{"Text":"a","Int"`:                                {Text: "a"},
	`{"Text":"a","Int":`:                               {Text: "a"},
	`{"Text":"a","One":{"Name":"b","Count":1`:          {Text: "a", One: inner{Name: "b"}},
	`{"Text":"a","Name":["b","c`:                       {Text: "a", Names: []string{"b"}},
	`{"Text":"a","x":{"b" 1}}`:                         {Text: "a"},
	`{"Text":"a",}`:                                    {Text: "a"},
}

// G: event/repair
func TestWhatIsCompleteIsKept(t *testing.T) {
	t.Parallel()
	for doc, want := range brokenOff {
		var got everything
		misfits, err := Unmarshal([]byte(doc), &got)
		require.NoError(t, err, doc)
		if strings.Contains(doc, "php") {
			continue // what is an instruction without an end can only be guessed
		}
		assert.Equal(t, want, got, doc)
		assert.Equal(t, []string{"."}, misfits, doc)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"nothing":            "",
		"blanks":             " \n",
		"text":               "hello",
		"cut in tag":         "<xml",
		"cut after tag":      "<xml>",
		"cut in root's end":  "<xml></xml",
		"cut in CDATA":       "<xml><![CDATA[a]]</xml>",
		"cut in child":       "<xml><Text>a",
		"cut in declaration": `<?xml version="1.0"`,
		"end tag only":       "</xml>",
		"declaration only":   `<?xml version="1.0"?>`,
		"comment only":       "<!-- <xml/> -->",
		"JSON, nothing":      "{",
		"JSON, no name":      "{a",
		"JSON, no value":     `{"a"`,
		"JSON, half a value": `{"a":"b`,
		"JSON list, nothing": "[",
	} {
		var v everything
		_, err := Unmarshal([]byte(s), &v)
		assert.ErrorIs(t, err, errForm, name)
		_, err = Text([]byte(s), "Text")
		assert.ErrorIs(t, err, errForm, name)
	}
	for name, s := range map[string]string{
		"entities":         `<!DOCTYPE xml [<!ENTITY a "b">]><xml><Text>&a;</Text></xml>`,
		"empty subset":     `<!DOCTYPE xml []><xml><Text>a</Text></xml>`,
		"with system id":   `<!DOCTYPE xml SYSTEM "a" [<!ENTITY a "b">]><xml><Text>a</Text></xml>`,
		"entity alone":     `<!ENTITY a "b"><xml><Text>a</Text></xml>`,
		"without brackets": `<!DOCTYPE xml <!ENTITY a "b">><xml><Text>a</Text></xml>`,
		"in two parts":     `<!DOCTYPE xml><!ENTITY a "b"><xml><Text>&a;</Text></xml>`,
	} {
		_, err := Unmarshal([]byte(s), new(everything))
		assert.ErrorIs(t, err, errDTD, name)
	}
	_, err := Unmarshal([]byte("<xml>"+strings.Repeat("a", maxSize)+"</xml>"), new(everything))
	assert.ErrorIs(t, err, errSize)
}

func TestWhatIsTooDeepIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{maxDepth, 20000} {
		for _, doc := range []string{
			"<xml><Text>a</Text>" + strings.Repeat("<xml>", depth) + "<b/>" + strings.Repeat("</xml>", depth) + "<Int>1</Int></xml>",
			`{"Text":"a","x":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `,"Int":1}`,
		} {
			var v everything
			misfits, err := Unmarshal([]byte(doc), &v)
			require.NoError(t, err)
			assert.Equal(t, everything{Text: "a", Int: 1}, v)
			assert.Equal(t, []string{"."}, misfits)
		}
	}
}

// An error names no text: documents hold tickets and auth codes.
// G: event/misfit
func TestErrorsAndMisfitsShowNoText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"<xml><Int>s3cret</Int></xml>",
		"<xml><Text><s3cret>s3cret</s3cret></Text></xml>",
		`<!DOCTYPE s3cret [<!ENTITY s3cret "s3cret">]><xml/>`,
		"<s3cret><s3cret>s3cret",
		`{"Int":"s3cret","Text":{"s3cret":"s3cret"}`,
	} {
		misfits, err := Unmarshal([]byte(s), new(everything))
		if err != nil {
			assert.NotContains(t, err.Error(), "s3cret")
		}
		assert.NotContains(t, strings.Join(misfits, " "), "s3cret")
	}
}

// The time of none grows with the square of its size: that would be minutes.
// G: event/no-panic
func TestNoFormIsSlow(t *testing.T) {
	t.Parallel()
	const size = 1 << 18
	for _, part := range []string{
		"<a/>", "<a>", "</a>", "<a b='", `<a b="`, "<!", "<!a ", `<!"`, "<!a<", "<!a<b>", "<!a<!--", "<!--", "<?", "<?>", "&", "&#", "&a;", "]]>",
		"<![CDATA[", "<![CDATA[]]>", "<Name>", "<Name/>", "<Name><item/><Item/></Name>", "<ExtAttr>", "<Parties>1,</Parties>", "\x00", "\xff",
	} {
		doc := "<xml><Text>a</Text>" + strings.Repeat(part, size/len(part))
		start := time.Now()
		_, _ = Unmarshal([]byte(doc), new(everything))
		_, _ = Unmarshal([]byte(doc+"</xml>"), new(everything))
		assert.Less(t, time.Since(start), 10*time.Second, part)
	}
	for _, part := range []string{`[`, `{"a":`, `"a":1,`, `"text":1,`, `"Name":[1,2,`} {
		start := time.Now()
		_, _ = Unmarshal([]byte(`{"Text":"a","x":`+strings.Repeat(part, size/len(part))), new(everything))
		_, _ = Unmarshal([]byte(`{"Text":"a",`+strings.Repeat(part, size/len(part))), new(everything))
		assert.Less(t, time.Since(start), 10*time.Second, part)
	}
}
