package wexml

import (
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A reference to a character that XML does not have stays as it was written.
func TestReferencesToCharacters(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{
		0, 1, 8, 9, 10, 11, 12, 13, 14, 0x1F, 0x20, 0x7F, 0xD7FF, 0xD800, 0xDFFF, 0xE000,
		0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF, 0x110000, 0x7FFFFFFF, 0x80000041, 0xFFFFFFFF, 0x100000041, 0x200000041,
	} {
		for _, format := range []string{"&#%d;", "&#x%x;", "&#x%X;"} {
			ref := fmt.Sprintf(format, n)
			doc := "<xml><Text>a" + ref + "b</Text></xml>"
			var got, want everything
			read(t, doc, &got)
			if xml.Unmarshal([]byte(doc), &want) != nil {
				want.Text = "a" + ref + "b"
			}
			assert.Equal(t, want.Text, got.Text, doc)
		}
	}
	for _, ref := range []string{"&#;", "&#x;", "&#-1;", "&#+1;", "&#1_0;", "&#X41;", "&#xG;", "&;", "&lt", "&LT;", "&#65", "&a b;"} {
		var got everything
		read(t, "<xml><Text>"+ref+"</Text></xml>", &got)
		assert.Equal(t, ref, got.Text)
	}
}

// Names are read byte by byte, Chinese ones too.
func TestNamesOfElements(t *testing.T) {
	t.Parallel()
	type named struct {
		One   string `xml:"一"`
		Two   string `xml:"a.b-c_9"`
		Three string `xml:"_"`
		Four  string `xml:"Zz"`
	}
	const doc = "<xml ><一>1</一\t><a.b-c_9\r\n>2</a.b-c_9 ><_\t>3</_\n><Zz\r>4</Zz\r></xml\r>"
	var got, want named
	require.NoError(t, xml.Unmarshal([]byte(doc), &want))
	read(t, doc, &got)
	assert.Equal(t, named{"1", "2", "3", "4"}, got)
	assert.Equal(t, want, got)
}

// What only looks like markup is text, and what only looks like an end is passed over.
// G: event/repair
func TestMarkupThatIsNone(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`<xml><Text>1 <0 <9 <.x <-y < </Text></xml>`:                 `1 <0 <9 <.x <-y < `,
		`<xml><Text>a<!---->b<!-- c -->d</Text></xml>`:               `abd`,
		`<xml><Int>1</Int><Text>a<b/><c`:                             `a`,
		`<xml><Int>1</Int><Text>a<b/><c x="`:                         `a`,
		`<xml><Int>1</Int><Text>a<b/></b`:                            `a`,
		`<xml><Int>1</Int><Text>a<b/><?c`:                            `a`,
		`<xml><Text>a<:b>c</:b></Text></xml>`:                        `a`,
		`<xml></other><Text>a</Text></xml>`:                          `a`,
		`<xml><x:1>no</x:1><x:->no</x:-><x:.a/><Text>a</Text></xml>`: `a`,
		`<xml><Text a="" b='' c = ">">a</Text></xml>`:                `a`,
		`<xml><Text a=">">a</Text></xml>`:                            `a`,
		`<xml><Text a="'>a</Text></xml>`:                             `a`,
		`<xml><Text>a&b;&amp;c&</Text></xml>`:                        `a&b;&c&`,
		`<xml><Text>a</Text><Other><Text>no</Text></other></XML>`:    `a`,
		`<xml><Text>a<b>no</TEXT></b></Text></xml>`:                  `a`,
	} {
		var v everything
		_, err := Unmarshal([]byte(doc), &v)
		require.NoError(t, err, doc)
		assert.Equal(t, want, v.Text, doc)
	}
}

// A tag may leave out the first name of a path, which is that of the field then.
func TestPathsOfFields(t *testing.T) {
	t.Parallel()
	type paths struct {
		Wrap []int64 `xml:">Number"`
		Deep string  `xml:"a>b>c"`
		Same string  `xml:"a>b>d,omitempty"`
	}
	const doc = `<xml><Wrap><Number>1</Number><Number>2</Number></Wrap><a><b><c>x</c></b><b><d>y</d></b></a></xml>`
	var got, want paths
	require.NoError(t, xml.Unmarshal([]byte(doc), &want))
	read(t, doc, &got)
	assert.Equal(t, paths{[]int64{1, 2}, "x", "y"}, got)
	assert.Equal(t, want, got)

	got = paths{}
	misfits, err := Unmarshal([]byte(`<xml><a>1</a><a><b>2</b></a><Wrap>3</Wrap></xml>`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "a.b"}, misfits, "only a list may come without the names around it")
	assert.Equal(t, paths{Wrap: []int64{3}}, got)
}

// An element that is null, or empty, keeps its place in a list.
func TestPlacesInLists(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"Numbers":[1,null,3],"DocId":["a",null,""],"Steps":[{"Name":"x"},null,{"Type":2}]}`,
		`<xml><Numbers><item>1</item><item/><item>3</item></Numbers><DocId>a</DocId><DocId/><DocId></DocId>` +
			`<Steps><Name>x</Name></Steps><Steps/><Steps><Type>2</Type></Steps></xml>`,
	} {
		var v shapes
		read(t, doc, &v)
		assert.Equal(t, []int64{1, 0, 3}, v.Numbers, doc)
		assert.Equal(t, []string{"a", "", ""}, v.DocId, doc)
		assert.Equal(t, []attr{{Name: "x"}, {}, {Type: 2}}, v.Steps, doc)
	}
	var v shapes
	read(t, `{"docid":"a","DOCID":"b","DocId":["c"]}`, &v)
	assert.Equal(t, []string{"a", "b", "c"}, v.DocId, "a list in any case")
	v = shapes{}
	read(t, `<xml><DocId/><Item>no</Item></xml>`, &v)
	assert.Equal(t, []string{""}, v.DocId, "what follows an empty element is not in it")
}
