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
	"<xml><Text>1\r2\r\n3&#13;\n4&#13;</Text><Name><![CDATA[\r]]>\n</Name></xml>",
	`<xml><Text>first</Text><Text></Text></xml>`,
	`<xml><Text><![CDATA[]]></Text><Int><![CDATA[]]></Int><Name><![CDATA[a]]><![CDATA[]]></Name></xml>`,
	`<xml><Int></Int><Small>-128</Small><Float>39.913</Float><Yes>true</Yes><Num>7</Num></xml>`,
	`<xml><Int>5</Int><Int/><Yes>1</Yes><Yes></Yes><Float/><Num/></xml>`,
	`<xml><Name>a</Name><Other/><Name/><Name>c</Name></xml>`,
	`<xml><Wrap><Number>1</Number><Deep><Text>t</Text></Deep></Wrap><Wrap><Number>2</Number></Wrap></xml>`,
	`<xml><ExtAttr><Item><Name>a</Name><Deep><Name>b</Name></Deep></Item><Item/></ExtAttr></xml>`,
	`<xml><One><Name>a</Name></One><One><Count>2</Count></One><Pointer/><Ptr/><Ptr><Count>3</Count></Ptr></xml>`,
	`<xml><Skipped>no</Skipped><hidden>no</hidden><XML>no</XML><a.b-c_1>no</a.b-c_1></xml>`,
	"<xml><Text>1\r2企</Text><Name>\ufffd</Name></xml>",
	strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth),
}

// read decodes a document that has no misfits.
func read(t *testing.T, doc string, v any) {
	t.Helper()
	misfits, err := Unmarshal([]byte(doc), v)
	require.NoError(t, err, doc)
	assert.Empty(t, misfits, doc)
}

func TestSameAsEncodingXML(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		var got, want everything
		require.NoError(t, xml.Unmarshal([]byte(s), &want), s)
		read(t, s, &got)
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
			err := xml.Unmarshal(doc, &want)
			misfits, ourErr := Unmarshal(doc, &got)
			require.NoError(t, ourErr, "%q", doc)
			assert.Empty(t, misfits, "%q", doc)
			switch {
			case err == nil:
				assert.Equal(t, want, got, "%q", doc)
			case c != '<' && c != '&':
				text := []byte("--------------------")
				assert.Equal(t, string(text[:5+at])+"\ufffd"+string(text[6+at:]), got.Text, "%q", doc)
			}
		}
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
		read(t, s, &got)
		assert.Equal(t, want, got, s)
	}
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
		"path with a hole": new(struct {
			A string `xml:"a>>b"`
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
		"option": new(struct {
			A string `wecom:"lst"`
		}),
		"other name without a name": new(struct {
			A string `wecom:"or="`
		}),
	} {
		_, err := Unmarshal([]byte("<xml/>"), v)
		assert.Error(t, err, name)
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
	read(t, doc, &v)
	v.B = append(v.B, "4")
	v.D = append(v.D, 7, 8)
	assert.Equal(t, []string{"1", "2", "x", "y"}, v.A)
	assert.Equal(t, []string{"3", "4"}, v.B)
	assert.Len(t, v.C, 9)
	assert.Equal(t, []int64{4, 5, 7, 8}, v.D)
	assert.Equal(t, []int64{6}, v.E)
	assert.Equal(t, 9, cap(v.C), "no more room than it has items")
	assert.Equal(t, 1, cap(v.E))
}

type holder struct{ A chan int }

func TestUnmarshalBoth(t *testing.T) {
	t.Parallel()
	doc := []byte(`<xml><ToUserName>corp</ToUserName><CreateTime>x</CreateTime><Text>hello</Text><Int>y</Int></xml>`)
	var head common
	var v everything
	misfits, err := UnmarshalBoth(doc, &head, func() any {
		assert.Equal(t, "corp", head.ToUserName)
		return &v
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"CreateTime", "Int"}, misfits, "each once")
	assert.Equal(t, "hello", v.Text)

	called := false
	_, err = UnmarshalBoth([]byte("<xml>"), &head, func() any { called = true; return &v })
	assert.Error(t, err)
	assert.False(t, called, "no second type for a broken document")
	_, err = UnmarshalBoth(doc, &head, func() any { return v })
	assert.Error(t, err, "no pointer")
}

func TestText(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		`<xml/>`: "",
		`<xml><Encrypt><![CDATA[a+/=]]></Encrypt></xml>`:               "a+/=",
		`<xml><a><Encrypt>no</Encrypt></a><encrypt>no</encrypt></xml>`: "",
		`<Encrypt>no<Encrypt>a&amp;b</Encrypt></Encrypt>`:              "a&b",
		`<xml><Encrypt>no</Encrypt><Encrypt>yes</Encrypt><b/></xml>`:   "yes",
		`{"tousername":"a","encrypt":"a+\/="}`:                         "a+/=",
		`{"a":{"Encrypt":"no"},"n":null}`:                              "",
	} {
		got, err := Text([]byte(s), "Encrypt")
		require.NoError(t, err, s)
		assert.Equal(t, want, got, s)
	}
	got, err := Text([]byte(`<xml><Encrypt>a`), "Encrypt")
	assert.ErrorIs(t, err, errForm)
	assert.Empty(t, got)
	for _, doc := range []string{
		"<xml><Encrypt>a</Encrypt>" + strings.Repeat("<a/>", 1<<17) + "</xml>",
		"<xml a=''><Encrypt>a</Encrypt>" + strings.Repeat("<a/>", 1<<17) + "</xml>",
		`{"Encrypt":"a","b":[` + strings.Repeat(`1,`, 1<<17) + `1]}`,
	} {
		_, err = Text([]byte(doc), "Encrypt")
		assert.ErrorIs(t, err, errForm, "too much for an envelope")
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`<xml><a><b/></a><c/><a/></xml>`,
		`<xml><x:a><b/></x:a><!-- d --><c></xml>`,
		`{"a":{"b":1},"c":[]}`,
	} {
		assert.Subset(t, []string{"a", "c"}, Names([]byte(doc)), doc)
		assert.Contains(t, Names([]byte(doc)), "c", doc)
	}
	assert.Empty(t, Names([]byte("text")))
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
				_, err := Unmarshal(data, &v)
				assert.NoError(t, err)
				clear(data)
				assert.Equal(t, text, v.Text)
				assert.Equal(t, []string{text}, v.Names)
			}
		})
	}
	wg.Wait()
}
