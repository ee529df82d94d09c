package wexml

import (
	"encoding/xml"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inner and everything use all that plain tags can say.
type inner struct {
	Name  string `xml:"Name"`
	Count int64  `xml:"Count"`
	Deep  []inner
}

type common struct {
	ToUserName string `xml:"ToUserName"`
	CreateTime int64
}

type everything struct {
	common
	Text     string   `xml:"Text"`
	Int      int      `xml:"Int,omitempty"`
	Small    int8     `xml:"Small"`
	Float    float64  `xml:"Float"`
	Yes      bool     `xml:"Yes"`
	Names    []string `xml:"Name"`
	Numbers  []int64  `xml:"Wrap>Number"`
	WrapText string   `xml:"Wrap>Deep>Text"`
	Items    []inner  `xml:"ExtAttr>Item"`
	One      inner    `xml:"One"`
	Pointer  *inner   `xml:"Pointer"`
	Pointers []*inner `xml:"Ptr"`
	Number   *int64   `xml:"Num"`
	Skipped  string   `xml:"-"`
	Lower    string   `xml:"text"`
	hidden   string
}

var samples = []string{
	`<xml></xml>`,
	`<xml/>`,
	` <xml > <Text>a</Text > </xml > ` + "\r\n",
	`<?xml version="1.0" encoding='utf-8' standalone="yes"?>` + "\n<xml><Text>x</Text></xml>",
	`<xml><ToUserName><![CDATA[ww1]]></ToUserName><CreateTime> 17 </CreateTime></xml>`,
	`<xml><Text> <![CDATA[企业 & <b>]]> </Text><text>lower</text></xml>`,
	`<xml><Text>a&lt;b&gt;&amp;&apos;&quot;&#65;&#x4F01;&#x000041;</Text></xml>`,
	`<xml><Text><![CDATA[a]]]]><![CDATA[>b]]></Text></xml>`,
	`<xml><Text>a<x>no<y/><![CDATA[ </x> ]]></x>b<z />c</Text></xml>`,
	"<xml><Text>1\r2\r\n3&#13;\n4&#13;</Text><Name><![CDATA[\r]]>\n</Name></xml>",
	`<xml><Text>first</Text><Text></Text></xml>`,
	`<xml><Int></Int><Small>-128</Small><Float>39.913</Float><Yes>true</Yes><Num>7</Num></xml>`,
	`<xml><Int>5</Int><Int/><Yes>1</Yes><Yes></Yes><Float/><Num/></xml>`,
	`<xml><Name>a</Name><Other/><Name/><Name>c</Name></xml>`,
	`<xml><Wrap><Number>1</Number><Deep><Text>t</Text></Deep></Wrap><Wrap><Number>2</Number></Wrap></xml>`,
	`<xml><ExtAttr><Item><Name>a</Name><Deep><Name>b</Name></Deep></Item><Item/></ExtAttr></xml>`,
	`<xml><One><Name>a</Name></One><One><Count>2</Count></One><Pointer/><Ptr/><Ptr><Count>3</Count></Ptr></xml>`,
	`<xml><Skipped>no</Skipped><hidden>no</hidden><XML>no</XML><a.b-c_1>no</a.b-c_1></xml>`,
	strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth),
}

func TestSameAsEncodingXML(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		var got, want everything
		require.NoError(t, xml.Unmarshal([]byte(s), &want), s)
		require.NoError(t, Unmarshal([]byte(s), &got), s)
		assert.Equal(t, want, got, s)
		assert.Empty(t, got.hidden)
	}
}

// Every byte at every place in a word of eight, where characters are checked together.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		for at := range 9 {
			doc := []byte("<xml><Text>--------------------</Text></xml>")
			doc[16+at] = byte(c)
			var got, want everything
			if err := xml.Unmarshal(doc, &want); err != nil {
				assert.Error(t, Unmarshal(doc, &got), "%q: encoding/xml says %v", doc, err)
				continue
			}
			if assert.NoError(t, Unmarshal(doc, &got), "%q", doc) {
				assert.Equal(t, want, got)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"nothing":               "",
		"text":                  "hello",
		"JSON":                  `{"a":1}`,
		"cut in tag":            "<xml",
		"cut after tag":         "<xml>",
		"cut in end tag":        "<xml></xml",
		"cut in CDATA":          "<xml><![CDATA[a]]</xml>",
		"cut in declaration":    `<?xml version="1.0"`,
		"wrong end tag":         "<xml><a></b></xml>",
		"longer end tag":        "<xml><a></ab></xml>",
		"end tag only":          "</xml>",
		"crossed":               "<xml><a><b></a></b></xml>",
		"two roots":             "<xml/><xml/>",
		"text before":           "a<xml/>",
		"text after":            "<xml/>a",
		"CDATA before":          "<![CDATA[a]]><xml/>",
		"attribute":             `<xml a="1"/>`,
		"attribute, blank":      `<xml a = "1" ></xml>`,
		"name space":            "<a:xml></a:xml>",
		"comment":               "<xml><!-- a --></xml>",
		"DTD":                   `<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>`,
		"instruction":           "<xml><?php a?></xml>",
		"second declaration":    `<xml><?xml version="1.0"?></xml>`,
		"version":               `<?xml version="1.1"?><xml/>`,
		"charset":               `<?xml version="1.0" encoding="gbk"?><xml/>`,
		"unknown entity":        "<xml>&nbsp;</xml>",
		"bare ampersand":        "<xml>a & b</xml>",
		"reference without ;":   "<xml>&lt</xml>",
		"reference to NUL":      "<xml>&#0;</xml>",
		"reference, surrogate":  "<xml>&#xD800;</xml>",
		"reference, too large":  "<xml>&#x110000;</xml>",
		"reference, no number":  "<xml>&#;</xml>",
		"reference, signed":     "<xml>&#+65;</xml>",
		"reference, very long":  "<xml>&#x" + strings.Repeat("0", 100) + "41;</xml>",
		"]]> in text":           "<xml>a]]>b</xml>",
		"not UTF-8":             "<xml>\xff</xml>",
		"UTF-8, second byte":    "<xml>1234567\x80abcdefghijklmnop</xml>",
		"UTF-8 surrogate":       "<xml>\xed\xa0\x80</xml>",
		"NUL":                   "<xml>\x00</xml>",
		"control, in a word":    "<xml><a></a>\x1b<a></a></xml>",
		"U+FFFE":                "<xml>\uFFFE</xml>",
		"U+FFFF":                "<xml>\uFFFF</xml>",
		"name begins with 1":    "<1/>",
		"name not ASCII":        "<企业/>",
		"blank before name":     "< xml/>",
		"slash without end":     "<xml / >",
		"too deep":              strings.Repeat("<a>", maxDepth+1) + strings.Repeat("</a>", maxDepth+1),
		"too large":             "<xml>" + strings.Repeat("a", maxSize) + "</xml>",
		"number":                "<xml><Int>one</Int></xml>",
		"number, blanks only":   "<xml><Int> </Int></xml>",
		"number, out of range":  "<xml><Small>128</Small></xml>",
		"number, underscore":    "<xml><Int>1_0</Int></xml>",
		"bool":                  "<xml><Yes>maybe</Yes></xml>",
		"float":                 "<xml><Float>1,5</Float></xml>",
		"number in a list":      "<xml><Wrap><Number>x</Number></Wrap></xml>",
		"number in an item":     "<xml><ExtAttr><Item><Count>x</Count></Item></ExtAttr></xml>",
		"number behind pointer": "<xml><Num>x</Num></xml>",
	} {
		var v everything
		err := Unmarshal([]byte(s), &v)
		assert.Error(t, err, name)
	}
}

// An error names the place, never the text: documents hold tickets and auth codes.
func TestErrorsShowNoText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"<xml><Int>s3cret</Int></xml>",
		"<xml><Text>&s3cret;</Text></xml>",
		`<xml><Text s3cret="1"/></xml>`,
		"<xml><Text>s3cret</xml>",
		"<s3cret></xml>",
	} {
		var v everything
		err := Unmarshal([]byte(s), &v)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "s3cret")
	}
}

type wecomTags struct {
	Users   []string `xml:"Users" wecom:"list"`
	Parties []int64  `xml:"Parties" wecom:"list"`
	Items   []inner  `xml:"ExtAttr" wecom:"child=Item"`
}

func TestLists(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]wecomTags{
		`<xml/>`:                               {},
		`<xml><ExtAttr/></xml>`:                {},
		`<xml><Users></Users><Parties/></xml>`: {Users: []string{}, Parties: []int64{}},
		`<xml><Users>a</Users><Parties>1</Parties></xml>`:                      {Users: []string{"a"}, Parties: []int64{1}},
		`<xml><Users><![CDATA[ a ,, b,]]></Users></xml>`:                       {Users: []string{"a", "b"}},
		`<xml><Users>a,b</Users><Users>c</Users></xml>`:                        {Users: []string{"a", "b", "c"}},
		`<xml><Parties> 1, 2 ,3</Parties></xml>`:                               {Parties: []int64{1, 2, 3}},
		`<xml><ExtAttr><Item><Name>n</Name></Item><x/><Item/></ExtAttr></xml>`: {Items: []inner{{Name: "n"}, {}}},
	} {
		var got wecomTags
		require.NoError(t, Unmarshal([]byte(s), &got), s)
		assert.Equal(t, want, got, s)
	}
	var v wecomTags
	assert.ErrorContains(t, Unmarshal([]byte(`<xml><Parties>1,x</Parties></xml>`), &v), "Parties")
}

func TestTypesItCannotFill(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{
		"nil":             nil,
		"no pointer":      everything{},
		"nil pointer":     (*everything)(nil),
		"no struct":       new(string),
		"bytes":           new(struct{ A []byte }),
		"map":             new(struct{ A map[string]string }),
		"any":             new(struct{ A any }),
		"inside":          new(struct{ A struct{ B chan int } }),
		"inside embedded": new(struct{ holder }),
		"XMLName":         new(struct{ XMLName xml.Name }),
		"chardata": new(struct {
			A string `xml:",chardata"`
		}),
		"attr": new(struct {
			A string `xml:"a,attr"`
		}),
		"name space": new(struct {
			A string `xml:"urn:a b"`
		}),
		"child without name": new(struct {
			A string `wecom:"child="`
		}),
		"same name": new(struct {
			common
			CreateTime int64
		}),
		"name and path": new(struct {
			A string `xml:"a"`
			B string `xml:"a>b"`
		}),
		"path and name": new(struct {
			A string `xml:"a>b"`
			B string `xml:"a"`
		}),
		"list of bool": new(struct {
			A []bool `wecom:"list"`
		}),
	} {
		assert.Error(t, Unmarshal([]byte("<xml/>"), v), name)
	}
}

// Lists share memory, which must not show.
func TestListsAreApart(t *testing.T) {
	t.Parallel()
	var v struct {
		A, B, C []string `wecom:"list"`
		D, E    []int64  `wecom:"list"`
	}
	doc := "<xml><A>1,2</A><B>3</B><C>a,b,c,d,e,f,g,h,i</C><D>4,,5</D><A>x,y</A><E>6</E></xml>"
	require.NoError(t, Unmarshal([]byte(doc), &v))
	v.B = append(v.B, "4")
	v.D = append(v.D, 7, 8)
	assert.Equal(t, []string{"1", "2", "x", "y"}, v.A)
	assert.Equal(t, []string{"3", "4"}, v.B)
	assert.Len(t, v.C, 9)
	assert.Equal(t, []int64{4, 5, 7, 8}, v.D)
	assert.Equal(t, []int64{6}, v.E)
}

type holder struct{ A chan int }

func TestUnmarshalBoth(t *testing.T) {
	t.Parallel()
	doc := []byte(`<xml><ToUserName>corp</ToUserName><Text>hello</Text></xml>`)
	var head common
	var v everything
	require.NoError(t, UnmarshalBoth(doc, &head, func() any {
		assert.Equal(t, "corp", head.ToUserName)
		return &v
	}))
	assert.Equal(t, "hello", v.Text)

	called := false
	err := UnmarshalBoth([]byte("<xml>"), &head, func() any { called = true; return &v })
	assert.Error(t, err)
	assert.False(t, called, "no second type for a broken document")
	err = UnmarshalBoth([]byte("<xml><CreateTime>x</CreateTime></xml>"), &head, func() any { called = true; return &v })
	assert.Error(t, err)
	assert.False(t, called)
}

func TestText(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		`<xml/>`: "",
		`<xml><Encrypt><![CDATA[a+/=]]></Encrypt></xml>`:               "a+/=",
		`<xml><a><Encrypt>no</Encrypt></a><encrypt>no</encrypt></xml>`: "",
		`<Encrypt>no<Encrypt>a&amp;b</Encrypt></Encrypt>`:              "a&b",
		`<xml><Encrypt>no</Encrypt><Encrypt>yes</Encrypt><b/></xml>`:   "yes",
	} {
		got, err := Text([]byte(s), "Encrypt")
		require.NoError(t, err, s)
		assert.Equal(t, want, got, s)
	}
	_, err := Text([]byte(`<xml><Encrypt>a</Encrypt>`), "Encrypt")
	assert.ErrorIs(t, err, errEnd)
}

// The table is reused, the text is not: results must not change afterwards.
func TestResultsStay(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for _, text := range []string{"one", "two", "three", "four"} {
		wg.Go(func() {
			for range 200 {
				data := []byte("<xml><Text>" + text + "</Text><Name>" + text + "</Name></xml>")
				var v everything
				assert.NoError(t, Unmarshal(data, &v))
				clear(data)
				assert.Equal(t, text, v.Text)
				assert.Equal(t, []string{text}, v.Names)
			}
		})
	}
	wg.Wait()
}

func FuzzUnmarshal(f *testing.F) {
	for _, s := range samples {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got everything
		if Unmarshal(data, &got) != nil {
			return
		}
		var want everything
		require.NoError(t, xml.Unmarshal(data, &want))
		assert.Equal(t, want, got)
	})
}
