package snapshot

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zoo has everything that can be saved.
type zoo struct {
	Name    string
	Count   int64
	Small   uint8
	Share   float64
	Open    bool
	Since   time.Time
	Every   time.Duration
	Raw     json.RawMessage
	Bytes   []byte
	Any     any
	Err     error
	Animals []*animal
	ByName  map[string]*animal
	Cages   map[cage]plate
	Likes   map[*animal]int
	Nested  plate
	Plates  []plate
	At      *time.Time
	Number  *int
	Alike   map[string]any
	Same    map[string]any // often the map Alike

	mu      sync.Mutex
	hidden  string
	derived int
}

func (z *zoo) Saved() (saved, left []any) { return []any{&z.hidden}, []any{&z.mu, &z.derived} }

func (z *zoo) Loaded() error {
	z.derived = len(z.hidden)
	if z.hidden == "wrong" {
		return errors.New("it is wrong")
	}
	return nil
}

type animal struct {
	Name   string
	friend *animal
	keeper func() // is not saved
}

func (a *animal) Saved() (saved, left []any) { return []any{&a.friend}, []any{&a.keeper} }

type cage struct{ row, column int }

func (c *cage) Saved() (saved, left []any) { return []any{&c.row, &c.column}, nil }

type plate struct{ text string }

func (p *plate) Saved() (saved, left []any) { return []any{&p.text}, nil }

func full() *zoo {
	noon, n := time.Date(2026, 1, 2, 12, 0, 0, 5, time.UTC), 7
	shared := map[string]any{"a": "b"}
	z := &zoo{Name: "Zoo <&> \u2028 动物园", Count: math.MinInt64, Small: 255, Share: 0.1, Open: true, Since: noon, Every: time.Hour,
		Raw: json.RawMessage(`{"a": 1}`), Bytes: []byte{0, 255}, Err: errors.New("no \xff"), hidden: "h\xff\xfe", derived: 3,
		ByName: map[string]*animal{}, Likes: map[*animal]int{}, Cages: map[cage]plate{{2, 1}: {"b"}, {1, 2}: {"a"}},
		Nested: plate{"n"}, Plates: []plate{{"1"}, {}}, At: &noon, Number: &n, Alike: shared, Same: shared}
	lion, bear := &animal{Name: "lion"}, &animal{Name: "bear", keeper: func() {}}
	lion.friend, bear.friend = bear, lion
	z.Animals = []*animal{lion, bear, lion}
	z.ByName["l"], z.ByName["b\xff"], z.Likes[bear], z.Likes[lion] = lion, bear, 2, 1
	z.Any = []any{"x", true, 1, int64(2), 1.5, json.Number("12345678901234567890"), json.RawMessage("[1]"), nil,
		[]string{"a", ""}, []int64{1}, []any{}, []string(nil), map[string]any{"deep": []any{map[string]any{"er": nil}}}, []map[string]any{shared, nil}}
	return z
}

// What was saved comes back, with what is one thing and what is nothing.
func TestEverythingComesBack(t *testing.T) {
	t.Parallel()
	z := full()
	data, err := Save(z)
	require.NoError(t, err)
	require.True(t, json.Valid(data))
	out := &zoo{Name: "old", Cages: map[cage]plate{}, Number: new(int)}
	require.NoError(t, Load(data, out))

	lion, bear := out.ByName["l"], out.ByName["b\xff"]
	assert.Equal(t, []*animal{lion, bear, lion}, out.Animals)
	assert.Same(t, lion, out.Animals[0])
	assert.Same(t, lion, bear.friend)
	assert.Same(t, bear, lion.friend)
	assert.Equal(t, map[*animal]int{bear: 2, lion: 1}, out.Likes)
	assert.Nil(t, bear.keeper)
	out.Alike["more"] = 1
	assert.Equal(t, out.Alike, out.Same, "they are one map")
	delete(out.Alike, "more")
	assert.Equal(t, len(z.hidden), out.derived)
	assert.Equal(t, z.Err.Error(), out.Err.Error())

	out.derived, out.Err = z.derived, z.Err
	out.Animals, out.ByName, out.Likes = z.Animals, z.ByName, z.Likes // compared above
	assert.Equal(t, z, out)
	again, err := Save(full())
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again), "the same state, the same bytes")
}

func TestNothingComesBackAsNothing(t *testing.T) {
	t.Parallel()
	data, err := Save(&zoo{ByName: map[string]*animal{}, Bytes: []byte{}})
	require.NoError(t, err)
	out := full()
	require.NoError(t, Load(data, out))
	assert.Equal(t, &zoo{ByName: map[string]*animal{}, Bytes: []byte{}}, out)
}

// Nesting in what apps send does not nest the bytes: a reader has a limit for that.
func TestDeepThingsComeBack(t *testing.T) {
	t.Parallel()
	var deep any
	for range 9000 {
		deep = []any{map[string]any{"x": deep}}
	}
	data, err := Save(&zoo{Any: deep})
	require.NoError(t, err)
	out := &zoo{}
	require.NoError(t, Load(data, out))
	depth := 0
	for x := out.Any; x != nil; depth++ {
		x = x.([]any)[0].(map[string]any)["x"]
	}
	assert.Equal(t, 9000, depth)
}

// holder has a struct with fields that are not saved.
type holder struct{ Options settings }

type settings struct {
	Now   func() time.Time
	Count int
}

func (s *settings) Saved() (saved, left []any) { return nil, []any{&s.Now} }

func TestFieldsThatAreLeftStay(t *testing.T) {
	t.Parallel()
	data, err := Save(&holder{settings{Count: 1}}, &plate{"p"})
	require.NoError(t, err)
	h, p := &holder{settings{Now: time.Now, Count: 2}}, &plate{}
	require.NoError(t, Load(data, h, p))
	assert.NotNil(t, h.Options.Now)
	assert.Equal(t, 1, h.Options.Count)
	assert.Equal(t, "p", p.text)
}

type (
	forgetful struct{ hidden int }
	twice     struct{ a int }
	foreign   struct{ A int }
	waiting   struct{ C chan int }
	asking    struct{ F func() }
	general   struct{ X interface{ Len() int } }
	fixed     struct{ A [2]int }
	below     struct{ X map[string][]*forgetful }
)

func (x *twice) Saved() (saved, left []any)   { return []any{&x.a}, []any{&x.a} }
func (x *foreign) Saved() (saved, left []any) { return []any{new(int)}, nil }

// What cannot be saved is found by its type: no value is needed.
func TestTypesThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		root any
		says string
	}{
		{&forgetful{hidden: 1}, "does not say whether the field hidden is saved"},
		{&below{}, "forgetful.Saved does not say whether the field hidden is saved, of the field X of snapshot.below"},
		{&twice{}, "one twice"},
		{&foreign{}, "no field of it"},
		{&waiting{}, "chan int cannot be saved, of the field C"},
		{&asking{}, "func() cannot be saved"},
		{&general{}, "interface { Len() int } cannot be saved"},
		{&fixed{}, "[2]int cannot be saved"},
		{plate{}, "pointer to a struct"},
		{nil, "pointer to a struct"},
		{new(int), "pointer to a struct"},
	} {
		_, err := Save(row.root)
		assert.ErrorContains(t, err, row.says)
		assert.ErrorContains(t, Load([]byte(`{}`), row.root), row.says)
	}
}

// inside has a pointer to what is in another thing.
type inside struct {
	P *plate
	S []plate
}

func TestValuesThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	x := inside{S: []plate{{"a"}}}
	x.P = &x.S[0]
	_, err := Save(&x)
	assert.ErrorContains(t, err, "in the middle of something")
	_, err = Save(&zoo{Any: []any{struct{}{}}})
	assert.ErrorContains(t, err, "a struct {} in an interface cannot be saved")
	_, err = Save(&zoo{Share: math.NaN()})
	assert.ErrorContains(t, err, "NaN")
	_, err = Save(&zoo{Since: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)})
	assert.ErrorContains(t, err, "year")
}

// Bytes that Save does not write are an error, and nothing is changed.
func TestWrongBytesChangeNothing(t *testing.T) {
	t.Parallel()
	one := func(root string, objects ...string) string {
		return `{"roots":[` + root + `],"objects":[` + strings.Join(objects, ",") + `]}`
	}
	for _, row := range []struct{ data, says string }{
		{"", "unexpected end"},
		{"[]", "cannot unmarshal"},
		{`{}`, "there are 0 roots, not 1"},
		{one(`{},{}`), "there are 2 roots, not 1"},
		{one(`null`), "another form"},
		{one(`[]`), "cannot unmarshal"},
		{one(`{"Name":null}`), "another form"},
		{one(`{"Name":["aGk=","aGk="]}`), "another form"},
		{one(`{"Name":[1]}`), "another form"},
		{one(`{"name":"x"}`), `the field "name"`},
		{one(`{"mu":{}}`), `the field "mu"`},
		{one(`{"Count":1.5}`), "int64"},
		{one(`{"Small":256}`), "uint8"},
		{one(`{"Since":"yesterday"}`), "time.Time"},
		{one(`{"Bytes":"?"}`), "base64"},
		{one(`{"Animals":{}}`), "[]*snapshot.animal"},
		{one(`{"Animals":[null]}`), "another form"},
		{one(`{"Animals":["0"]}`), "*snapshot.animal"},
		{one(`{"Animals":[-1]}`), "there is no object -1"},
		{one(`{"Animals":[1]}`, `{}`), "there is no object 1"},
		{one(`{"Animals":[0]}`, `{"Name":1}`), "string"},
		{one(`{"Animals":[0],"Alike":0}`, `{}`), "the object 0 is a *snapshot.animal"},
		{one(`{"Alike":0}`, `{}`), "map[string]interface"},
		{one(`{"Alike":0}`, `[["a"]]`), "another form"},
		{one(`{"Alike":0}`, `[[1,null]]`), "string"},
		{one(`{"Alike":0}`, `[["a",1]]`), "another form"},
		{one(`{"Likes":0}`, `[[null,1]]`), "another form"},
		{one(`{"Any":["chan int",1]}`), `its type is "chan int"`},
		{one(`{"Any":[1,1]}`), "string"},
		{one(`{"Any":["int","x"]}`), "int"},
		{one(`{"Any":["[]interface {}",0]}`, `{}`), "[]interface {}"},
		{one(`{"Any":["[]interface {}",0]}`, `[["[]string",1]]`), "no object 1"},
		{one(`{"Any":["[]interface {}",0]}`, `[["[]interface {}",0]]`), "the list 0 is in two places"},
		{one(`{"Err":1}`), "string"},
		{one(`{"Any":` + strings.Repeat("[", 20000)), "exceeded max depth"},
	} {
		z := full()
		err := Load([]byte(row.data), z)
		if assert.ErrorContains(t, err, row.says, "%.200s", row.data) {
			assert.Equal(t, full().Name, z.Name)
			assert.Equal(t, 3, z.derived)
		}
	}
	z := &zoo{}
	assert.ErrorContains(t, Load([]byte(`{"roots":[{"hidden":"wrong"}]}`), z), "it is wrong")
}

// Whatever the bytes are, they are an error, or a state that can be saved and loaded again.
func FuzzLoad(f *testing.F) {
	data, err := Save(full())
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"roots":[{"Any":["[]interface {}",0]}],"objects":[[["[]interface {}",0]]]}`)) // a list that holds itself
	f.Add([]byte(`{"roots":[{"Animals":[0]}],"objects":[{"friend":0}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		z := &zoo{}
		if Load(data, z) != nil {
			return
		}
		first, err := Save(z)
		if err != nil {
			return // a time that can be read and not be written
		}
		require.NoError(t, Load(first, &zoo{}))
	})
}
