package wexml

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The fast way is the usual way: what encoding/xml writes and WeCom sends is not repaired.
func TestUsualFormsAreReadInPlace(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		cr, ok := checkChars([]byte(s))
		require.True(t, ok, s)
		assert.Equal(t, strings.Contains(s, "\r"), cr, s)
		var d document
		assert.True(t, d.scan(s, cr), s)
	}
}

func TestLargestDocument(t *testing.T) {
	t.Parallel()
	const mib = 1_048_576
	for _, form := range [][2]string{{"<xml><Text>", "</Text></xml>"}, {`{"Text":"`, `"}`}} {
		text := strings.Repeat("a", mib-len(form[0])-len(form[1]))
		var v everything
		read(t, form[0]+text+form[1], &v)
		assert.Equal(t, text, v.Text)
		_, err := Unmarshal([]byte(form[0]+text+"a"+form[1]), &v)
		assert.ErrorIs(t, err, errSize)
	}
}

func TestDeepestDocument(t *testing.T) {
	t.Parallel()
	type level struct {
		A *level
		N int64
	}
	for _, form := range [][3]string{
		{"<A>", "<N>7</N>", "</A>"},
		{"<A b=''>", "<N>7</N>", "</A>"},
		{`{"A":`, `{"N":7}`, `}`},
	} {
		for depth, misfits := range map[int][]string{64: nil, 65: {"."}} {
			levels := depth - 1 // N is one, too
			if form[2] == "}" {
				levels = depth - 1 // and the innermost object
			}
			doc := strings.Repeat(form[0], levels) + form[1] + strings.Repeat(form[2], levels)
			var v level
			got, err := Unmarshal([]byte(doc), &v)
			require.NoError(t, err)
			assert.Equal(t, misfits, got, "%s %d", form[0], depth)
		}
	}
}

// An envelope is read before anybody knows who has sent it: one with many elements is refused.
// G: event/no-panic
func TestElementsOfAnEnvelope(t *testing.T) {
	t.Parallel()
	for _, form := range [][3]string{
		{"<xml><Encrypt>a</Encrypt>", "<b/>", "</xml>"},
		{"<xml a=''><Encrypt>a</Encrypt>", "<b/>", "</xml>"},
		{`{"Encrypt":"a"`, `,"b":1`, `}`},
		{`{"Encrypt":"a","c":[1`, `,1`, `]}`},
	} {
		fits, wide := 0, 0
		for n := range 300 {
			text, err := Text([]byte(form[0]+strings.Repeat(form[1], n)+form[2]), "Encrypt")
			if err == nil {
				assert.Equal(t, "a", text)
				fits++
				continue
			}
			assert.ErrorIs(t, err, errForm)
			wide++
		}
		first := strings.Count(form[0], "1") * 2 // the list and its element
		assert.Equal(t, 254-first, fits, "%s: with the root and Encrypt less than 256", form[0])
		assert.Equal(t, 300-fits, wide)
	}
}

// Up to 4 KiB the texts of a result share one copy of the document, in a larger one each has
// its own: whoever keeps an id keeps no megabyte with it.
// G: event/no-panic
func TestTextsOfSmallDocumentsShareACopy(t *testing.T) {
	for size, each := range map[int]float64{4096: 0, 4097: 1} {
		doc := func(fields string) []byte {
			rest := size - len("<xml><X></X></xml>") - len(fields)
			return []byte("<xml>" + fields + "<X>" + strings.Repeat("x", rest) + "</X></xml>")
		}
		allocs := func(fields string) float64 {
			data := doc(fields)
			require.Len(t, data, size)
			return testing.AllocsPerRun(500, func() {
				var v struct{ Name []string }
				_, _ = Unmarshal(data, &v)
			})
		}
		one := allocs("<Name>a</Name>" + strings.Repeat("<Other/>", 19))
		twenty := allocs(strings.Repeat("<Name>a</Name>", 20))
		assert.InDelta(t, 19*each, twenty-one, 4, "%d bytes; the race detector makes sync.Pool forget at times", size)
	}
}

// The table of elements is that of an earlier document, and the lists of one share memory.
func TestAllocationsOfADocument(t *testing.T) {
	doc := []byte("<xml><a>b</a>" + strings.Repeat("<x/>", 200) + "</xml>")
	for name, read := range map[string]func(){
		"Unmarshal": func() { _, _ = Unmarshal(doc, new(struct{ A string })) },
		"Text":      func() { _, _ = Text(doc, "a") },
		"Names":     func() { Names(doc) },
	} {
		most := 6.0 // with some for the race detector
		if name == "Names" {
			most = 220 // one for each name
		}
		assert.Less(t, testing.AllocsPerRun(500, read), most, name)
	}
	lists := func(doc string) float64 {
		return testing.AllocsPerRun(500, func() {
			var v struct {
				A, B, C, D, E, F, G []string `wecom:"list"`
			}
			_, _ = Unmarshal([]byte(doc), &v)
		})
	}
	one := lists("<xml><A>1,2</A><B/><C/><D/><E/><F/><G/></xml>")
	seven := lists("<xml><A>1,2</A><B>1</B><C>2</C><D>3</D><E>4</E><F>5</F><G>6</G></xml>")
	assert.Less(t, seven-one, 3.0)
}

// A document with very many elements leaves no memory in use.
func TestLargeTablesAreNotKept(t *testing.T) {
	t.Parallel()
	var d document
	require.NoError(t, d.read([]byte("<xml>"+strings.Repeat("<a/>", 10_000)+"</xml>")))
	kept := d.memory
	require.Len(t, d.nodes, 10_001)
	d.free()
	assert.Less(t, cap(kept.nodes), 5_000)
}

func TestTwentyMisfitsOfADocument(t *testing.T) {
	t.Parallel()
	var v shapes
	misfits, err := Unmarshal([]byte("<xml><Parties>"+strings.Repeat("x,", 100)+"</Parties><Number>x</Number></xml>"), &v)
	require.NoError(t, err)
	require.Len(t, misfits, 20)
	for i, name := range misfits {
		assert.Equal(t, fmt.Sprintf("Parties[%d]", i), name)
	}
	assert.Len(t, v.Parties, 100)
}
