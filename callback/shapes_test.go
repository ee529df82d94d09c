package callback

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wexml"
)

// eventTypes has every type that Parse can give, without the pointer.
func eventTypes() []reflect.Type {
	var types []reflect.Type
	add := func(f func() any) {
		if t := reflect.TypeOf(f()).Elem(); !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	for _, f := range kinds {
		add(f)
	}
	for _, f := range messages {
		add(f)
	}
	add(made[AcquisitionLinkEvent])
	add(made[UnknownEvent])
	return types
}

// partTypes has every struct inside the given ones.
func partTypes(types []reflect.Type) []reflect.Type {
	var parts []reflect.Type
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i).Type
			if f.Kind() == reflect.Slice {
				f = f.Elem()
			}
			if f.Kind() != reflect.Struct || slices.Contains(parts, f) {
				continue
			}
			parts = append(parts, f)
			walk(f)
		}
	}
	for _, t := range types {
		walk(t)
	}
	return parts
}

// G: event/unknown
func TestNoTwoTypesOfOneShape(t *testing.T) {
	t.Parallel()
	events := eventTypes()
	require.Greater(t, len(events), 40)
	for _, types := range [][]reflect.Type{events, partTypes(events)} {
		seen := map[string]reflect.Type{}
		for _, typ := range types {
			var shape []string
			for _, f := range reflect.VisibleFields(typ) {
				shape = append(shape, fmt.Sprint(f.Type, " ", f.Tag.Get("xml")))
			}
			slices.Sort(shape)
			key := strings.Join(shape, "\n")
			if typ != reflect.TypeFor[UnknownEvent]() {
				assert.Nil(t, seen[key], "%s and %v have the same fields", typ, seen[key])
			}
			seen[key] = typ
		}
	}
}

// G: endpoint/names
func TestNamesAreTheSameInXMLAndJSON(t *testing.T) {
	t.Parallel()
	events := append(eventTypes(), reflect.TypeFor[EventNotify]())
	for _, typ := range slices.Concat(events, partTypes(events)) {
		if typ == reflect.TypeFor[UnknownEvent]() {
			continue
		}
		names := map[string]bool{}
		for _, f := range reflect.VisibleFields(typ) {
			if f.Anonymous {
				continue
			}
			path := strings.Split(f.Tag.Get("xml"), ">")
			if child, ok := strings.CutPrefix(f.Tag.Get("wecom"), "child="); ok {
				path = append(path, child)
			}
			assert.NotEmpty(t, path[0], "%s.%s", typ, f.Name)
			assert.Equal(t, f.Tag.Get("json"), path[0], "%s.%s", typ, f.Name)
			assert.False(t, names[strings.ToLower(path[0])], "%s: %s twice", typ, path[0])
			names[strings.ToLower(path[0])] = true
			// Two exchanged tags would be two names that are not their fields'.
			assert.Equal(t, strings.ToLower(f.Name), strings.ToLower(strings.ReplaceAll(path[0], "_", "")), "%s", typ)
		}
	}
}

// constants reads the values of this package's constants from its source.
func constants(t *testing.T, prefix string) map[string]string {
	t.Helper()
	values := map[string]string{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				addConstants(t, spec, prefix, values)
			}
			return true
		})
	}
	return values
}

func addConstants(t *testing.T, spec *ast.ValueSpec, prefix string, values map[string]string) {
	t.Helper()
	for i, name := range spec.Names {
		if !strings.HasPrefix(name.Name, prefix) {
			continue
		}
		value, err := strconv.Unquote(spec.Values[i].(*ast.BasicLit).Value)
		require.NoError(t, err, name.Name)
		assert.Empty(t, values[value], "%s and %s are one value", values[value], name.Name)
		values[value] = name.Name
	}
}

// G: event/constants
func TestEveryNameHasAConstant(t *testing.T) {
	t.Parallel()
	names, changeTypes := constants(t, "KIt"), constants(t, "KCt")
	for _, e := range spec.Events() {
		if name := e.InfoType + e.Event; name != "" {
			assert.Contains(t, names, name, e.Id)
		} else {
			assert.Contains(t, messages, e.MsgType, e.Id)
		}
		if e.ChangeType != "" {
			assert.Contains(t, changeTypes, e.ChangeType, e.Id)
		}
	}
	used := map[string]bool{}
	for k := range kinds {
		used[k.name] = true
		assert.Contains(t, names, k.name)
		if k.changeType != "" {
			assert.Contains(t, changeTypes, k.changeType)
		}
	}
	for name := range names {
		assert.True(t, used[name], "%s leads to no type", name)
	}
}

// Names that WeCom misspells are spelled right in Go and travel as WeCom spells them.
// G: endpoint/misspelt event/spellings
func TestOfficialMisspellings(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "change_editon", KItChangeEdition)
	assert.Equal(t, "add_filed", KCtAddField)
	assert.Equal(t, "update_filed", KCtUpdateField)
	assert.Equal(t, "delete_filed", KCtDeleteField)
	assert.Equal(t, "create_deparmtment", KCtCreateSchoolDepartment)
	assert.Equal(t, "update_deparmtment", KCtUpdateSchoolDepartment)
	assert.Equal(t, "delete_deparmtment", KCtDeleteSchoolDepartment)
	for _, right := range []EventNotify{
		{MsgType: "event", Event: KItSmartSheetChange, ChangeType: "add_field"},
		{MsgType: "event", Event: KItChangeSchoolContact, ChangeType: KCtCreateDepartment},
	} {
		assert.NotNil(t, newEvent(&right), right.ChangeType)
	}
}

func TestTheTablesAreSafeToShare(t *testing.T) {
	t.Parallel()
	h := EventNotify{InfoType: KItCreateAuth}
	first, second := newEvent(&h).(*AuthEvent), newEvent(&h).(*AuthEvent)
	first.State = "x"
	assert.Empty(t, second.State)
}

// trims says of each text of a type, by its element, whether blanks around it go.
func trims(t *testing.T, typ reflect.Type) map[string]bool {
	t.Helper()
	trimmed := map[string]bool{}
	for _, f := range reflect.VisibleFields(typ) {
		text := f.Type.Kind() == reflect.String || f.Type == reflect.TypeFor[[]string]()
		if f.Anonymous || !text || typ == reflect.TypeFor[UnknownEvent]() {
			continue
		}
		path := strings.Split(f.Tag.Get("xml"), ">")
		name := path[0]
		doc := " a\n"
		for _, element := range slices.Backward(path) {
			doc = "<" + element + ">" + doc + "</" + element + ">"
		}
		v := reflect.New(typ)
		_, err := wexml.Unmarshal([]byte("<xml>"+doc+"</xml>"), v.Interface())
		require.NoError(t, err)
		got := v.Elem().FieldByIndex(f.Index)
		if got.Kind() == reflect.Slice {
			got = got.Index(0)
		}
		trimmed[name] = got.String() == "a"
	}
	return trimmed
}
