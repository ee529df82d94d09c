package callback_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/fakewecom"
)

// element is a sample as a tree.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

func sampleTree(t *testing.T, e fakewecom.Event) element {
	t.Helper()
	var root element
	require.NoError(t, xml.Unmarshal([]byte(e.SampleXML), &root), e.Id)
	return root
}

// leaves lists the texts of a tree by path, each path in the order of the document.
func (e element) leaves(path string, into map[string][]string) {
	for _, c := range e.Children {
		at := path + "/" + c.XMLName.Local
		if len(c.Children) == 0 {
			into[at] = append(into[at], strings.TrimSpace(c.Text))
		}
		c.leaves(at, into)
	}
}

// values lists what a decoded struct holds by the path of the element it is read from.
func values(v reflect.Value, path string, into map[string][]string) {
	switch v.Kind() {
	case reflect.Pointer:
		values(v.Elem(), path, into)
	case reflect.Slice:
		for i := range v.Len() {
			values(v.Index(i), path, into)
		}
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(v.Type()) {
			if !f.Anonymous {
				values(v.FieldByIndex(f.Index), path+"/"+elementPath(f), into)
			}
		}
	default:
		into[path] = append(into[path], fmt.Sprint(v.Interface()))
	}
}

func elementPath(f reflect.StructField) string {
	path := strings.ReplaceAll(f.Tag.Get("xml"), ">", "/")
	if child, ok := strings.CutPrefix(f.Tag.Get("wecom"), "child="); ok {
		path += "/" + child
	}
	return path
}

func parseSample(t *testing.T, e fakewecom.Event) *callback.Notice {
	t.Helper()
	n, err := callback.Parse([]byte(e.SampleXML))
	require.NoError(t, err, e.Id)
	return n
}

// T-42, T-40
func TestEverySampleIsDecodedWhole(t *testing.T) {
	t.Parallel()
	typed, lost, total := 0, 0, 0
	for _, e := range fakewecom.Events() {
		n := parseSample(t, e)
		if _, unknown := n.Content.(*callback.UnknownEvent); !unknown {
			typed++
		}
		if e.Go != "" {
			assert.Equal(t, "*callback."+e.Go, fmt.Sprintf("%T", n.Content), e.Id)
		}
		want, got := map[string][]string{}, map[string][]string{}
		sampleTree(t, e).leaves("", want)
		values(reflect.ValueOf(n.EventNotify), "", got)
		values(reflect.ValueOf(n.Content), "", got)
		for path, texts := range want {
			if commaList[path] {
				texts = strings.Split(texts[0], ",")
			}
			for _, text := range texts {
				total++
				if at := slices.Index(got[path], text); at >= 0 {
					got[path] = slices.Delete(got[path], at, at+1)
				} else if text != "" {
					lost++
					assert.Fail(t, "lost", "%s %s %q", e.Id, path, text)
				}
			}
		}
		if _, twice := n.Content.(*callback.TaskCardEvent); twice {
			delete(got, "/AgentID")
		}
		for path, rest := range got {
			rest = slices.DeleteFunc(rest, func(s string) bool { return s == "" || s == "0" })
			assert.Empty(t, rest, "%s %s: values that the sample does not have", e.Id, path)
		}
	}
	t.Logf("typed %d/%d, lost %d/%d values", typed, len(fakewecom.Events()), lost, total)
	assert.Equal(t, 227, typed)
	assert.Zero(t, lost)
	assert.Greater(t, total, 1500)
}

var commaList = map[string]bool{
	"/Department": true, "/IsLeaderInDept": true, "/DirectLeader": true,
	"/AddUserItems": true, "/DelUserItems": true, "/AddPartyItems": true, "/DelPartyItems": true,
}

// Also the fields that the samples leave out have a place.
func TestEveryDocumentedFieldHasAPlace(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, e := range fakewecom.Events() {
		n := parseSample(t, e)
		places := map[string]reflect.Kind{}
		fields(reflect.TypeFor[callback.EventNotify](), "", places)
		fields(reflect.TypeOf(n.Content).Elem(), "", places)
		for _, f := range e.Fields {
			checked++
			kind, ok := places[strings.ReplaceAll(f.Path, "[]", "")]
			if assert.True(t, ok, "%s %s: no field", e.Id, f.Path) {
				assert.Contains(t, kindsOf[f.Type], kind, "%s %s", e.Id, f.Path)
			}
		}
	}
	t.Logf("%d fields", checked)
}

var kindsOf = map[string][]reflect.Kind{
	"string": {reflect.String, reflect.Int64}, // StrategyId travels as either
	"int":    {reflect.Int, reflect.Int64, reflect.String},
	"list":   {reflect.Slice},
	"object": {reflect.Struct},
}

func fields(t reflect.Type, path string, into map[string]reflect.Kind) {
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("xml"), ">")
		into[path+name] = f.Type.Kind()
		inner := f.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			fields(inner, path+name+".", into)
		}
	}
}

func TestSamplesInOtherDress(t *testing.T) {
	t.Parallel()
	cdata := regexp.MustCompile(`\s*<!\[CDATA\[([^\]]*)\]\]>\s*`)
	number := regexp.MustCompile(`>(\d+)<`)
	for _, e := range fakewecom.Events() {
		want := parseSample(t, e)
		root := sampleTree(t, e)
		reversed := slices.Clone(root.Children)
		slices.Reverse(reversed)
		for dress, payload := range map[string]string{
			"without CDATA":   cdata.ReplaceAllString(e.SampleXML, "$1"),
			"all in CDATA":    number.ReplaceAllString(e.SampleXML, "><![CDATA[$1]]><"),
			"blanks in names": blanks(e.SampleXML), // T-44
			"declaration":     `<?xml version="1.0" encoding="UTF-8"?>` + e.SampleXML,
			"more elements":   strings.Replace(e.SampleXML, "<xml>", "<xml><New><Deep>1</Deep></New><Flag>x</Flag>", 1),
			"other order":     write(reversed),
			"JSON":            asJSON(t, root, true),
			"JSON, quoted":    asJSON(t, root, false),
		} {
			n, err := callback.Parse([]byte(payload))
			require.NoError(t, err, "%s %s", e.Id, dress)
			assert.Equal(t, want.EventNotify, n.EventNotify, "%s %s", e.Id, dress)
			if dress != "other order" || !repeats(root) {
				assert.Equal(t, want.Content, n.Content, "%s %s", e.Id, dress)
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

func repeats(root element) bool {
	seen := map[string]bool{}
	for _, c := range root.Children {
		if seen[c.XMLName.Local] {
			return true
		}
		seen[c.XMLName.Local] = true
	}
	return false
}

func write(children []element) string {
	var b bytes.Buffer
	var all func(list []element)
	all = func(list []element) {
		for _, c := range list {
			b.WriteString("<" + c.XMLName.Local + ">")
			if len(c.Children) == 0 {
				_ = xml.EscapeText(&b, []byte(c.Text))
			}
			all(c.Children)
			b.WriteString("</" + c.XMLName.Local + ">")
		}
	}
	b.WriteString("<xml>")
	all(children)
	b.WriteString("</xml>")
	return b.String()
}

// asJSON writes a tree as JSON with the same names. One element is no list, as a sender
// without a schema would have it.
func asJSON(t *testing.T, root element, numbers bool) string {
	var node func(e element) any
	node = func(e element) any {
		if len(e.Children) == 0 {
			if n, err := strconv.ParseInt(e.Text, 10, 64); err == nil && numbers && e.Text == strconv.FormatInt(n, 10) {
				return n
			}
			return strings.TrimSpace(e.Text)
		}
		object := map[string]any{}
		for _, c := range e.Children {
			name, value := c.XMLName.Local, node(c)
			switch old := object[name].(type) {
			case nil:
				object[name] = value
			case []any:
				object[name] = append(old, value)
			default:
				object[name] = []any{old, value}
			}
		}
		return object
	}
	text, err := json.Marshal(node(root))
	require.NoError(t, err)
	return string(text)
}

// Whoever decodes by encoding/xml or encoding/json gets the same.
func TestPlainDecodersAgree(t *testing.T) {
	t.Parallel()
	for _, e := range fakewecom.Events() {
		n := parseSample(t, e)
		plain := reflect.New(reflect.TypeOf(n.Content).Elem()).Interface()
		require.NoError(t, xml.Unmarshal([]byte(e.SampleXML), plain), e.Id)
		assert.Equal(t, n.Content, plain, e.Id)
		if e.Go != "" {
			head := new(callback.EventNotify)
			for _, numbers := range []bool{true, false} {
				payload := []byte(asJSON(t, sampleTree(t, e), numbers))
				plain = reflect.New(reflect.TypeOf(n.Content).Elem()).Interface()
				require.NoError(t, json.Unmarshal(payload, plain), e.Id)
				assert.Equal(t, n.Content, plain, e.Id)
				require.NoError(t, json.Unmarshal(payload, head), e.Id)
				assert.Equal(t, n.ChangeType, strings.TrimSpace(head.ChangeType), e.Id)
				assert.Equal(t, n.TimeStamp, head.TimeStamp, e.Id)
			}
		}
	}
}
