package wexml

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shapes has one field of each kind that events have.
type shapes struct {
	UserId  string   `xml:"UserId"`
	Phone   string   `xml:"Phone" wecom:"trim"`
	Text    string   `xml:"Text"`
	Number  int64    `xml:"Number"`
	Small   int8     `xml:"Small"`
	Yes     bool     `xml:"Yes"`
	Float   float64  `xml:"Float"`
	Users   []string `xml:"Users" wecom:"list"`
	Parties []int64  `xml:"Parties" wecom:"list"`
	DocId   []string `xml:"DocId"`
	Numbers []int64  `xml:"Numbers>Number"`
	Attrs   []attr   `xml:"Attrs" wecom:"child=Attr"`
	Steps   []attr   `xml:"Steps"`
	One     attr     `xml:"One"`
	Pointer *int64   `xml:"Pointer"`
	Step    int      `xml:"Step" wecom:"or=step"`
	NoStr   string   `xml:"NoStr" wecom:"or=No"`
	No      int64    `xml:"No"`
	Files   []string `xml:"Files" wecom:"or=File or=FileIds or=FileList>One"`
}

type attr struct {
	Name string `xml:"Name"`
	Type int    `xml:"Type"`
}

// misfitCases has documents in both forms that come to the same.
var misfitCases = []struct {
	xml, json string
	want      shapes
	misfits   string
}{
	// Numbers as they are read everywhere.
	{`<Number> 1.0 </Number><Small>-1e2</Small>`, `"Number":" 1.0 ","Small":-1e2`, shapes{Number: 1, Small: -100}, ""},
	{`<Number>9223372036854775807</Number>`, `"Number":"9223372036854775807"`, shapes{Number: 9223372036854775807}, ""},
	{`<Number>9223372036854775808</Number><Text>a</Text>`, `"Number":9223372036854775808,"Text":"a"`, shapes{Text: "a"}, "Number"},
	{`<Number>1.5</Number><Small>128</Small>`, `"Number":1.5,"Small":"128"`, shapes{}, "Number Small"},
	{`<Number>male</Number><Yes>maybe</Yes><Float>1,5</Float>`, `"Number":"male","Yes":"maybe","Float":"1,5"`, shapes{}, "Number Yes Float"},
	{`<Number>1_0</Number><Small>0x1</Small>`, `"Number":"1_0","Small":"0x1"`, shapes{}, "Number Small"},
	{`<Number> </Number><Yes><![CDATA[ ]]></Yes><Float></Float>`, `"Number":" ","Yes":"","Float":null`, shapes{}, ""},
	{`<Number>5</Number><Number>x</Number>`, `"Number":5,"Number":"x"`, shapes{}, "Number"},
	{`<Yes>1</Yes><Float>2.5</Float>`, `"Yes":true,"Float":2.5`, shapes{Yes: true, Float: 2.5}, ""},
	{`<Yes>0</Yes><Text>true</Text>`, `"Yes":false,"Text":true`, shapes{Text: "true"}, ""},
	{`<Text>12345678901234567890</Text>`, `"Text":12345678901234567890`, shapes{Text: "12345678901234567890"}, ""},
	{`<Float>1e999</Float><Text>a</Text>`, `"Float":1e999,"Text":"a"`, shapes{Text: "a"}, "Float"},
	{`<Number>5</Number><Number>-9223372036854775809</Number>`, `"Number":-9223372036854775809`, shapes{}, "Number"},
	// Objects for texts, texts for objects.
	{`<Text><a>1</a></Text><Number>7</Number>`, `"Text":{"a":1},"Number":7`, shapes{Number: 7}, "Text"},
	{`<Number> <a/> </Number>`, `"Number":{"a":null}`, shapes{}, "Number"},
	{`<One>x</One><Text>a</Text>`, `"One":"x","Text":"a"`, shapes{Text: "a"}, "One"},
	{`<One><New>1</New></One>`, `"One":{"New":1}`, shapes{}, "One"},
	{`<One><New>1</New><Type>x</Type></One>`, `"One":{"New":1,"Type":"x"}`, shapes{}, "One.Type"},
	{`<One> </One><Attrs></Attrs>`, `"One":"","Attrs":[]`, shapes{}, ""},
	// Lists in every shape.
	{`<Users>a, b</Users><Parties>1,2</Parties>`, `"Users":"a, b","Parties":[1,"2"]`, shapes{Users: []string{"a", "b"}, Parties: []int64{1, 2}}, ""},
	{`<Users><item>a,b</item><item>c</item></Users>`, `"Users":["a,b","c"]`, shapes{Users: []string{"a", "b", "c"}}, ""},
	{`<Parties>1,x,3.0</Parties>`, `"Parties":"1,x,3.0"`, shapes{Parties: []int64{1, 0, 3}}, "Parties[1]"},
	{`<Parties>9223372036854775807,9223372036854775808</Parties>`, `"Parties":"9223372036854775807,9223372036854775808"`,
		shapes{Parties: []int64{9223372036854775807, 0}}, "Parties[1]"},
	{`<Users><a>b</a></Users><Parties>x</Parties>`, `"Users":{"a":"b"},"Parties":["x"]`, shapes{Parties: []int64{0}}, "Users Parties[0]"},
	{`<DocId>a</DocId><DocId>b</DocId>`, `"DocId":["a","b"]`, shapes{DocId: []string{"a", "b"}}, ""},
	{`<DocId>a</DocId>`, `"DocId":"a"`, shapes{DocId: []string{"a"}}, ""},
	{`<DocId><Item>a</Item><Item><b/></Item></DocId>`, `"DocId":{"Item":["a",{"b":1}]}`, shapes{DocId: []string{"a", ""}}, "DocId[1]"},
	{`<Numbers><Number>1</Number><Number>x</Number></Numbers>`, `"Numbers":{"Number":[1,"x"]}`, shapes{Numbers: []int64{1, 0}}, "Numbers.Number[1]"},
	{`<Numbers>1</Numbers><Numbers>2</Numbers>`, `"Numbers":[1,2]`, shapes{Numbers: []int64{1, 2}}, ""},
	{`<Numbers><item>1</item><item>2</item></Numbers>`, `"Numbers":{"item":[1,2]}`, shapes{Numbers: []int64{1, 2}}, ""},
	{`<Numbers>x</Numbers>`, `"Numbers":"x"`, shapes{Numbers: []int64{0}}, "Numbers.Number[0]"},
	{`<Numbers><New>1</New></Numbers>`, `"Numbers":{"New":1}`, shapes{}, "Numbers"},
	{`<Attrs><Attr><Name>a</Name></Attr><Attr><Type>x</Type></Attr></Attrs>`, `"Attrs":{"Attr":[{"Name":"a"},{"Type":"x"}]}`,
		shapes{Attrs: []attr{{Name: "a"}, {}}}, "Attrs.Attr[1].Type"},
	{`<Attrs><Name>a</Name></Attrs><Attrs><Name>b</Name></Attrs>`, `"Attrs":[{"Name":"a"},{"Name":"b"}]`,
		shapes{Attrs: []attr{{Name: "a"}, {Name: "b"}}}, ""},
	{`<Attrs><item><Name>a</Name></item></Attrs>`, `"Attrs":{"item":{"Name":"a"}}`, shapes{Attrs: []attr{{Name: "a"}}}, ""},
	{`<Attrs>x</Attrs><Steps>x</Steps>`, `"Attrs":"x","Steps":"x"`, shapes{Steps: []attr{{}}}, "Attrs Steps[0]"},
	{`<Steps><item><Name>a</Name></item><item><Type>2</Type></item></Steps>`, `"Steps":[{"Name":"a"},{"Type":2}]`,
		shapes{Steps: []attr{{Name: "a"}, {Type: 2}}}, ""},
	{`<Steps><New>a</New></Steps>`, `"Steps":[{"New":"a"}]`, shapes{Steps: []attr{{}}}, "Steps[0]"},
	// Other names.
	{`<step>3</step>`, `"step":3`, shapes{Step: 3}, ""},
	{`<Step>2</Step><step>3</step>`, `"Step":2,"step":3`, shapes{Step: 2}, ""},
	{`<step>3</step><Step>2</Step>`, `"step":3,"Step":2`, shapes{Step: 2}, ""},
	{`<step>x</step>`, `"step":"x"`, shapes{}, "step"},
	{`<No>202501010007</No>`, `"No":202501010007`, shapes{NoStr: "202501010007", No: 202501010007}, ""},
	{`<No>1</No><NoStr>01</NoStr>`, `"No":1,"NoStr":"01"`, shapes{NoStr: "01", No: 1}, ""},
	{`<No>N7</No>`, `"No":"N7"`, shapes{NoStr: "N7"}, "No"},
	{`<No><a/></No>`, `"No":{}`, shapes{}, "No"},
	{`<File>a</File><File>b</File><FileIds>c</FileIds>`, `"File":["a","b"],"FileIds":"c"`, shapes{Files: []string{"a", "b", "c"}}, ""},
	{`<FileList><One>a</One><One>b</One></FileList>`, `"FileList":{"One":["a","b"]}`, shapes{Files: []string{"a", "b"}}, ""},
	// Blanks around ids.
	{"<UserId>\n<![CDATA[u]]> </UserId><Phone> 1 </Phone><Text> t </Text>", `"UserId":"\n u ","Phone":" 1 ","Text":" t "`, shapes{UserId: "u", Phone: "1", Text: " t "}, ""},
	{"<DocId> a\n</DocId><Files> b </Files>", `"DocId":[" a\n"],"Files":" b "`, shapes{DocId: []string{"a"}, Files: []string{" b "}}, ""},
}

func TestBothFormsComeToTheSame(t *testing.T) {
	t.Parallel()
	for _, tc := range misfitCases {
		for _, doc := range []string{"<xml>" + tc.xml + "</xml>", "{" + tc.json + "}"} {
			var got shapes
			misfits, err := Unmarshal([]byte(doc), &got)
			require.NoError(t, err, doc)
			assert.Equal(t, tc.want, got, doc)
			assert.Equal(t, tc.misfits, strings.Join(misfits, " "), doc)
		}
	}
}

// Of a text beside elements encoding/xml gives the text.
func TestTextBesideElementsStays(t *testing.T) {
	t.Parallel()
	const doc = `<xml><Text>a<x>no<y/><![CDATA[ </x> ]]></x>b<z />c</Text></xml>`
	var got, want everything
	misfits, err := Unmarshal([]byte(doc), &got)
	require.NoError(t, err)
	require.NoError(t, xml.Unmarshal([]byte(doc), &want))
	assert.Equal(t, "abc", got.Text)
	assert.Equal(t, want, got)
	assert.Equal(t, []string{"Text"}, misfits)
}

// What only leads to others is named when none of them is there.
// G: event/misfit
func TestUnknownShapesAreNamed(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string][]string{
		`<xml><Wrap><New>1</New></Wrap></xml>`:             {"Wrap"},
		`<xml><Wrap>1</Wrap></xml>`:                        {"Wrap"},
		`<xml><Wrap><Deep><New/></Deep></Wrap></xml>`:      {"Wrap.Deep"},
		`<xml><Wrap><Number>x</Number></Wrap></xml>`:       {"Wrap.Number[0]"},
		`<xml><Wrap> </Wrap><Pointer>x</Pointer></xml>`:    {"Pointer"},
		`<xml><Ptr/><Ptr><New/></Ptr><Num>x</Num></xml>`:   {"Ptr[1]", "Num"},
		`<xml><Wrap><Number>1</Number><New/></Wrap></xml>`: nil,
		`<xml><New><Deep/></New></xml>`:                    nil,
	} {
		var v everything
		misfits, err := Unmarshal([]byte(doc), &v)
		require.NoError(t, err)
		assert.Equal(t, want, misfits, doc)
	}
}

func TestNamesOfJSONInAnyCase(t *testing.T) {
	t.Parallel()
	var v struct {
		MsgType string
		AgentID int64
		Wrap    []int64 `xml:"Wrap>Number"`
	}
	for doc, want := range map[string]string{
		`{"msgtype":"a","agentid":7,"wrap":{"number":[1,2]}}`: "a 7 2",
		`{"msgtype":"b","MsgType":"a"}`:                       "a 0 0",
		`{"MsgType":"a","msgtype":"b"}`:                       "a 0 0",
		`{"AgentId":7,"msg_type":"a","":1}`:                   " 0 0",
	} {
		v.MsgType, v.AgentID, v.Wrap = "", 0, nil
		read(t, doc, &v)
		words := strings.Fields(want)
		assert.Equal(t, strings.HasPrefix(want, "a"), v.MsgType == "a", doc)
		assert.Equal(t, words[len(words)-2] == "7", v.AgentID == 7, doc)
		assert.Equal(t, words[len(words)-1] == "2", len(v.Wrap) == 2, doc)
	}
	var x struct{ MsgType string }
	read(t, `<xml><msgtype>a</msgtype></xml>`, &x)
	assert.Empty(t, x.MsgType, "XML is read as encoding/xml does")
}

// G: event/repair
func TestOddJSONIsRead(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"\ufeff {\"Text\":\"a\x01b\nc\"}": "a\x01b\nc",
		`{"Text":"a\u0001\ud800\x"}`:      "a\x01\ufffd\\x",
		"{\"Text\":\"\xff\"}":             "\ufffd",
		`{"Text":bare}`:                   "bare",
		`{"Text":"a"} {"Text":"b"}`:       "a",
		`{"Text":null}`:                   "",
		`{}`:                              "",
	} {
		var v shapes
		read(t, doc, &v)
		assert.Equal(t, want, v.Text, doc)
	}
	for _, doc := range []string{`[]`, `["a"]`, `[{"Text":"a"}]`} {
		var v shapes
		misfits, err := Unmarshal([]byte(doc), &v)
		require.NoError(t, err)
		assert.Equal(t, shapes{}, v)
		assert.Equal(t, []string{"."}, misfits, doc)
	}
}
