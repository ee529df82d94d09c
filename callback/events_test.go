package callback_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/spec"
)

func parse(t *testing.T, payload string) *callback.Notice {
	t.Helper()
	n, err := callback.Parse([]byte(payload))
	require.NoError(t, err, payload)
	return n
}

// alone drops what one element of the wire gives to two fields.
func alone(n *callback.Notice) *callback.Notice {
	if _, ok := n.Content.(*callback.TaskCardEvent); ok {
		n.AgentID = 0
	}
	return n
}

// Every event in both forms and with its lists in two shapes, with values of
// which no two are equal, so that no field can have that of another.
// G: event/documented event/lists
func TestEverySampleIsDecodedWhole(t *testing.T) {
	t.Parallel()
	total := 0
	for _, e := range spec.Events() {
		n := parse(t, e.SampleXML)
		require.NotEqual(t, "*callback.UnknownEvent", fmt.Sprintf("%T", n.Content), e.Id)
		if e.Go != "" {
			assert.Equal(t, "*callback."+e.Go, fmt.Sprintf("%T", n.Content), e.Id)
		}
		root := sampleTree(t, e)
		want := unique(places(t, root, n))
		total += len(want)
		other := root.reshaped()
		for _, payload := range []string{root.xml(), root.json(true), root.json(false), other.xml(), other.json(true)} {
			got := alone(parse(t, payload))
			assert.IsType(t, n.Content, got.Content, payload)
			assert.Equal(t, want, values(got), payload)
			assert.Empty(t, got.Misfits, payload)
		}
	}
	t.Logf("%d events, %d values", len(spec.Events()), total)
	assert.Len(t, spec.Events(), 235)
	assert.Greater(t, total, 1500)
}

// oddValue is what may stand in the place of a value, and what Misfits says of it.
type oddValue struct {
	text   string
	nested bool
	misfit string
}

func oddValues(p place) []oddValue {
	nested := oddValue{nested: true, misfit: p.misfit}
	switch {
	case p.kind == reflect.Struct:
		return []oddValue{{text: "odd", misfit: p.misfit}, nested}
	case p.kind == reflect.String, p.kind == reflect.Slice:
		return []oddValue{nested}
	case p.commas:
		return []oddValue{nested, {text: "7,male", misfit: p.misfit + "[1]"}}
	}
	odd := []oddValue{nested}
	for _, text := range []string{"male", "1.5", "99999999999999999999", "0x10", "1,2"} {
		odd = append(odd, oddValue{text: text, misfit: p.misfit})
	}
	return odd
}

// One odd value costs no other, in whatever field it stands.
// G: event/misfit
func TestOneOddValueInEachField(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, e := range spec.Events() {
		n := parse(t, e.SampleXML)
		root := sampleTree(t, e)
		list := places(t, root, n)
		want := unique(list)
		for _, p := range list {
			for _, odd := range oddValues(p) {
				checked++
				whole := *p.element
				p.element.text, p.element.children = odd.text, nil
				if odd.nested {
					p.element.children = []*element{{name: "Odd", text: "1"}}
				}
				for _, payload := range []string{root.xml(), root.json(true)} {
					checkOdd(t, n, payload, p, odd, want)
				}
				*p.element = whole
			}
		}
	}
	t.Logf("%d odd values", checked)
	assert.Greater(t, checked, 3000)
}

func checkOdd(t *testing.T, n *callback.Notice, payload string, p place, odd oddValue, want map[string]string) {
	t.Helper()
	got := alone(parse(t, payload))
	require.Equal(t, []string{odd.misfit}, got.Misfits, payload)
	if kindNames[p.field] {
		return // without it the push may be of another kind
	}
	require.IsType(t, n.Content, got.Content, payload)
	rest := maps.Clone(want)

	maps.DeleteFunc(rest, func(field, _ string) bool {
		after, ok := strings.CutPrefix(field, p.field)
		return ok && (after == "" || after[0] == '.' || after[0] == '[')
	})
	if p.commas && odd.text != "" {
		rest[p.field+"[0]"] = "7"
	}
	left := values(got)
	if p.field == "ApprovalInfo.SpNoStr" {
		delete(left, p.field) // SpNo may stand for it
	}
	require.Equal(t, rest, left, payload)
}

// Also the fields that the samples leave out have a place.
// G: event/documented
func TestEveryDocumentedFieldHasAPlace(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, e := range spec.Events() {
		types := []reflect.Type{reflect.TypeFor[callback.EventNotify](), reflect.TypeOf(parse(t, e.SampleXML).Content).Elem()}
		for _, documented := range e.Fields {
			checked++
			var f reflect.StructField
			inside := types
			for name := range strings.SplitSeq(strings.ReplaceAll(documented.Path, "[]", ""), ".") {
				var ok bool
				f, ok = fieldNamed(inside, name)
				require.True(t, ok, "%s %s: no field", e.Id, documented.Path)
				if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
					inside = []reflect.Type{f.Type.Elem()}
				} else {
					inside = []reflect.Type{f.Type}
				}
			}
			assert.Contains(t, kindsOf[documented.Type], f.Type.Kind(), "%s %s", e.Id, documented.Path)
		}
	}
	t.Logf("%d fields", checked)
}

// A field is found under each of its names.
// G: event/spellings
func TestOtherNamesOfFields(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, e := range spec.Events() {
		for _, f := range e.Fields {
			name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
			for _, also := range f.Also {
				other := strings.NewReplacer("<"+name+">", "<"+also+">", "</"+name+">", "</"+also+">").Replace(e.SampleXML)
				if other == e.SampleXML {
					continue // the sample lacks it: see TestAttachmentsOfApprovals
				}
				checked++
				assert.Equal(t, parse(t, e.SampleXML).Content, parse(t, other).Content, "%s %s", e.Id, also)
			}
		}
	}
	assert.Equal(t, 3, checked)
}

var kindsOf = map[string][]reflect.Kind{
	"string": {reflect.String, reflect.Int64}, // StrategyId travels as either
	"int":    {reflect.Int, reflect.Int64, reflect.String},
	"list":   {reflect.Slice},
	"object": {reflect.Struct},
}

// G: event/documented event/blanks
func TestSamplesInOtherDress(t *testing.T) {
	t.Parallel()
	cdata := regexp.MustCompile(`\s*<!\[CDATA\[([^\]]*)\]\]>\s*`)
	number := regexp.MustCompile(`>(\d+)<`)
	tag := regexp.MustCompile(`<(/?)(\w+)>`)
	for _, e := range spec.Events() {
		want := parse(t, e.SampleXML)
		root := sampleTree(t, e)
		reversed := &element{name: "xml", children: slices.Clone(root.children)}
		slices.Reverse(reversed.children)
		for dress, payload := range map[string]string{
			"without CDATA":   cdata.ReplaceAllString(e.SampleXML, "$1"),
			"all in CDATA":    number.ReplaceAllString(e.SampleXML, "><![CDATA[$1]]><"),
			"blanks in names": blanks(e.SampleXML),
			"declaration":     `<?xml version="1.1" encoding="GB2312"?>` + e.SampleXML,
			"more elements":   strings.Replace(e.SampleXML, "<xml>", "<xml><New><Deep>1</Deep></New><Flag>x</Flag>", 1),
			"odd markup":      "<!DOCTYPE xml><?a b?>" + tag.ReplaceAllString(e.SampleXML, "<!-- <x> --><${1}wx:$2>") + "\x00<x>",
			"attributes":      regexp.MustCompile(`<(\w+)>`).ReplaceAllString(e.SampleXML, `<$1 a="b>" c='d'>`),
			"no end":          strings.TrimSuffix(e.SampleXML, "</xml>"),
			"other order":     reversed.xml(),
			"JSON":            root.json(true),
			"JSON, quoted":    root.json(false),
			"JSON, no end":    strings.TrimSuffix(root.json(false), "}"),
		} {
			n := parse(t, payload)
			assert.Equal(t, want.EventNotify, n.EventNotify, "%s %s", e.Id, dress)
			if dress != "other order" || !repeats(root) {
				assert.Equal(t, want.Content, n.Content, "%s %s", e.Id, dress)
			}
			if strings.HasSuffix(dress, "no end") {
				assert.Equal(t, []string{"."}, n.Misfits, "%s %s", e.Id, dress)
			} else {
				assert.Empty(t, n.Misfits, "%s %s", e.Id, dress)
			}
			assert.Equal(t, payload, string(n.Raw))
		}
	}
}

func blanks(sample string) string {
	for _, name := range []string{"InfoType", "Event", "ChangeType", "MsgType"} {
		// Only the first: lists of changes have ChangeTypes of their own.
		sample = strings.Replace(sample, "<"+name+">", "<"+name+">\n ", 1)
		sample = strings.Replace(sample, "</"+name+">", "\t</"+name+">", 1)
	}
	return sample
}

func repeats(root *element) bool {
	seen := map[string]bool{}
	for _, c := range root.children {
		if seen[c.name] {
			return true
		}
		seen[c.name] = true
	}
	return false
}

// Whoever decodes by encoding/xml or encoding/json gets the same.
// G: event/plain
func TestPlainDecodersAgree(t *testing.T) {
	t.Parallel()
	for _, e := range spec.Events() {
		n := parse(t, e.SampleXML)
		plain := reflect.New(reflect.TypeOf(n.Content).Elem()).Interface()
		require.NoError(t, xml.Unmarshal([]byte(e.SampleXML), plain), e.Id)
		if _, ok := plain.(*callback.SysApprovalEvent); !ok { // SpNoStr is filled from SpNo
			assert.Equal(t, n.Content, plain, e.Id)
		}
		if e.Go == "" {
			continue
		}
		for _, numbers := range []bool{true, false} {
			payload := []byte(sampleTree(t, e).json(numbers))
			plain = reflect.New(reflect.TypeOf(n.Content).Elem()).Interface()
			require.NoError(t, json.Unmarshal(payload, plain), e.Id)
			assert.Equal(t, n.Content, plain, e.Id)
			head := new(callback.EventNotify)
			require.NoError(t, json.Unmarshal(payload, head), e.Id)
			assert.Equal(t, n.EventNotify, *head, e.Id)
		}
	}
}
