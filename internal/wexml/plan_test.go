package wexml

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A name is found wherever it is looked for first, and no name that is not there.
func TestFind(t *testing.T) {
	t.Parallel()
	p := newPlan()
	assert.Equal(t, -1, p.find("A0", 0))
	for i := range 100 {
		p.append(field{name: fmt.Sprintf("%c%d", 'A'+i%26, i)})
	}
	for guess := range 102 {
		for i := range p.fields {
			assert.Equal(t, i, p.find(p.fields[i].name, guess))
		}
		for _, other := range []string{"", "A", "a0", "A1", "A00", "名称"} {
			assert.Equal(t, -1, p.find(other, guess))
		}
	}
}

// Names of other shapes are told apart without the map.
func TestShapes(t *testing.T) {
	t.Parallel()
	seen := map[uint64]bool{}
	for _, name := range []string{"SuiteId", "AuthCorpId", "InfoType", "TimeStamp", "ChangeType", "UserID", "Mobile", "Position", "ExtAttr"} {
		seen[shape(name)] = true
	}
	assert.Greater(t, len(seen), 6)
	assert.Zero(t, shape(""))
}

// The order of the elements does not matter.
func TestAnyOrderOfElements(t *testing.T) {
	t.Parallel()
	type three struct{ A, B, C string }
	for _, order := range []string{"ABC", "CBA", "BAC", "BBACA", "xAyBzC", "CABx"} {
		doc := "<xml>"
		for _, name := range order {
			doc += fmt.Sprintf("<%c>%c</%c>", name, name, name)
		}
		var got three
		misfits, err := Unmarshal([]byte(doc+"</xml>"), &got)
		assert.NoError(t, err)
		assert.Empty(t, misfits)
		assert.Equal(t, three{"A", "B", "C"}, got, order)
	}
}
