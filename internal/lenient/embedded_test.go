package lenient_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

type (
	left   struct{ A, Both, Deep int }
	right  struct{ B, Both int }
	tagged struct {
		Name int `json:"Deep"`
	}
	Tagged     tagged
	AlsoTagged struct {
		Other int `json:"Deep"`
	}
	first  struct{ Both int }
	second struct{ Both int }
	lower  struct{ Below int }
	loop   struct {
		*Loop2
		N int
	}
	Loop2 struct {
		*loop3
		M int
	}
	loop3   struct{ K int }
	Text    string
	promote struct{ pickyText }
)

// structOf makes a struct whose tags no linter would let pass.
func structOf(fields ...reflect.StructField) any {
	return reflect.New(reflect.StructOf(fields)).Interface()
}

func field(name, tag string) reflect.StructField {
	return reflect.StructField{Name: name, Tag: reflect.StructTag(tag), Type: reflect.TypeFor[int]()}
}

func embedded(v any) reflect.StructField {
	t := reflect.TypeOf(v)
	return reflect.StructField{Name: t.Name(), Type: t, Anonymous: true}
}

// Fields of embedded structs count as for encoding/json; the quoted numbers make sure that
// ours decides.
func TestFieldsOfEmbeddedStructs(t *testing.T) {
	t.Parallel()
	quote := strings.NewReplacer(`1`, `"1"`, `2`, `"2"`)
	const in = `{"A":1,"B":2,"Both":1,"Deep":2,"N":1,"M":2,"Below":1,"Text":"t","a,b":1,"-":2,"é":1,"K":2,"bOTH":2,"x3":1,"x3y":2,"x y":1,"x":{"Text":"t"}}`
	for _, target := range []func() any{
		func() any {
			return new(struct {
				left
				right
			})
		},
		func() any {
			return new(struct {
				left
				tagged
			})
		},
		func() any {
			return new(struct {
				*Loop2
				N int
			})
		},
		func() any {
			return new(struct {
				left
				lower `json:"Below"`
			})
		},
		func() any {
			return new(struct {
				Text
				lower
			})
		},
		func() any {
			return structOf(field("A", `json:"a,b"`), field("B", `json:"-,"`), field("C", `json:"é"`), field("D", `json:"-"`))
		},
		func() any {
			return new(struct {
				first
				second
				N int
			})
		},
		func() any { return structOf(embedded(Tagged{}), embedded(AlsoTagged{})) },
		func() any { return structOf(field("A", `json:"x3"`), field("B", `json:"x3y"`)) },
		func() any { // both take "both" in another case
			return new(struct {
				left `json:"-"`
				right
				BOTH int
			})
		},
		func() any { return structOf(field("A", `json:"x y,omitempty"`), field("K", `json:"\""`)) },
		func() any {
			return new(struct {
				F struct{ promote } `json:"x"`
			})
		},
	} {
		want, got := target(), target()
		_ = json.Unmarshal([]byte(in), want)
		_, err := lenient.Unmarshal([]byte(quote.Replace(in)), got)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	var got loop
	misfits, err := lenient.Unmarshal([]byte(quote.Replace(in)), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"K"}, misfits, "no struct can be made behind an unexported pointer")
	assert.Equal(t, 1, got.N)
	assert.Equal(t, 2, got.M)
}

// encoding/json asks a type without a name for methods only if a pointer led to it.
func TestMethodsOfTypesWithoutAName(t *testing.T) {
	t.Parallel()
	type holder struct {
		Odd     int
		Value   struct{ promote }
		Pointer *struct{ promote }
		List    []struct{ promote }
		Map     map[string]struct{ promote }
	}
	for _, value := range []string{`{"Text":"t"}`, `null`} {
		in := strings.ReplaceAll(`{"odd":7,"value":#,"list":[#],"map":{"k":#},"pointer":null}`, "#", value)
		var want, got holder
		require.NoError(t, json.Unmarshal([]byte(in), &want))
		misfits, err := lenient.Unmarshal([]byte(strings.Replace(in, `7`, `"7"`, 1)), &got)
		require.NoError(t, err)
		assert.Empty(t, misfits)
		assert.Equal(t, want, got)
	}
	var got holder
	misfits, err := lenient.Unmarshal([]byte(`{"odd":"7","pointer":"t","value":"t"}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"Value"}, misfits)
	require.NotNil(t, got.Pointer)
	assert.Equal(t, "t", got.Pointer.Text)

	var root struct{ picky }
	misfits, err = lenient.Unmarshal([]byte(`""`), &root)
	require.NoError(t, err)
	assert.Empty(t, misfits)
	assert.Zero(t, root)
}

// A null that comes last clears what came before it, also where encoding/json gave up.
func TestTheLastOfANameIsNull(t *testing.T) {
	t.Parallel()
	var got struct {
		Odd  picky
		Free any
		Ids  []int
		Map  map[string]int
		Ref  *int
		Part part
	}
	misfits, err := lenient.Unmarshal([]byte(`{"odd":"bad","part":{"id":1},"part":null,"free":1,"free":null,"ids":[1],"ids":null,"map":{"a":1},"map":null,"ref":1,"ref":null}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"Odd"}, misfits)
	assert.Nil(t, got.Free)
	assert.Nil(t, got.Ids)
	assert.Nil(t, got.Map)
	assert.Nil(t, got.Ref)
	assert.Equal(t, part{Id: 1}, got.Part, "null leaves a struct as it is, as for encoding/json")
}

func TestElementsOfAListHaveNoName(t *testing.T) {
	t.Parallel()
	for _, path := range [][]string{{""}, {"a", ""}} {
		_, ok := lenient.Find([]byte(`{"a":[1]}`), path...)
		assert.False(t, ok)
	}
	_, ok := lenient.Find([]byte(`[1]`), "")
	assert.False(t, ok)
	value, ok := lenient.Find([]byte(`{"":1}`), "")
	assert.True(t, ok)
	assert.Equal(t, "1", string(value))
}

// ambiguous takes from a struct that embeds it and picky the method of both.
type ambiguous struct{}

func (*ambiguous) UnmarshalJSON([]byte) error { return nil }

// Nobody can call the methods of an unexported embedded field: that a value came is told.
func TestUnexportedEmbeddedTypeThatDecodesItself(t *testing.T) {
	t.Parallel()
	var got struct {
		Before    int
		picky     `json:"hidden"`
		ambiguous `json:"-"`
		After     int
	}
	misfits, err := lenient.Unmarshal([]byte(`{"before":"1","hidden":"x","after":"2"}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"hidden"}, misfits)
	assert.Zero(t, got.Text)
	assert.Equal(t, 1, got.Before)
	assert.Equal(t, 2, got.After)
}
