package callback_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/spec"
)

// element is a document as a tree.
type element struct {
	name, text string
	children   []*element
}

func (e *element) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var node struct {
		Text     string     `xml:",chardata"`
		Children []*element `xml:",any"`
	}
	err := d.DecodeElement(&node, &start)
	e.name, e.text, e.children = start.Name.Local, strings.TrimSpace(node.Text), node.Children
	return err
}

func sampleTree(t *testing.T, e spec.Event) *element {
	t.Helper()
	root := new(element)
	require.NoError(t, xml.Unmarshal([]byte(e.SampleXML), root), e.Id)
	return root
}

func (e *element) xml() string {
	var b bytes.Buffer
	var write func(e *element)
	write = func(e *element) {
		b.WriteString("<" + e.name + ">")
		_ = xml.EscapeText(&b, []byte(e.text))
		for _, c := range e.children {
			write(c)
		}
		b.WriteString("</" + e.name + ">")
	}
	write(e)
	return b.String()
}

// json writes a tree as JSON with the same names. One element is no list, as a sender
// without a schema would have it.
func (e *element) json(numbers bool) string {
	var node func(e *element) any
	node = func(e *element) any {
		if len(e.children) == 0 {
			if n, err := strconv.ParseInt(e.text, 10, 64); err == nil && numbers && e.text == strconv.FormatInt(n, 10) {
				return n
			}
			return e.text
		}
		object := map[string]any{}
		for _, c := range e.children {
			switch old := object[c.name].(type) {
			case nil:
				object[c.name] = node(c)
			case []any:
				object[c.name] = append(old, node(c))
			default:
				object[c.name] = []any{old, node(c)}
			}
		}
		return object
	}
	text, _ := json.Marshal(node(e))
	return string(text)
}

// siblings are the elements of a list without one around them.
var siblings = map[string]bool{
	"AuthAddOpenKfId": true, "AuthDelOpenKfId": true, "FormId": true, "SpaceId": true, "FieldId": true,
	"RecordId": true, "FileId": true, "ChangeList": true, "SpRecord": true, "Details": true, "Notifyer": true,
	"Comments": true, "NodeList": true, "SubNodeList": true, "AccountList": true,
}

// reshaped is the same document with its lists in other shapes: repeated elements get one
// around them, in which they are called item, and others lose theirs.
func (e *element) reshaped() *element {
	out := &element{name: e.name, text: e.text}
	around := map[string]*element{}
	for _, c := range e.children {
		c = c.reshaped()
		switch {
		case siblings[c.name]:
			if around[c.name] == nil {
				around[c.name] = &element{name: c.name}
				out.children = append(out.children, around[c.name])
			}
			around[c.name].children = append(around[c.name].children, &element{"item", c.text, c.children})
		case wrappers[c.name] != "" && len(c.children) > 0:
			for _, item := range c.children {
				out.children = append(out.children, &element{c.name, item.text, item.children})
			}
		default:
			out.children = append(out.children, c)
		}
	}
	return out
}

// place is an element and the field that it should be in, found by the Go name: the tags
// are what is tested.
type place struct {
	element *element
	field   string       // such as ApprovalInfo.SpRecord[0].SpStatus
	misfit  string       // the same by the names of the elements
	kind    reflect.Kind // Slice for a list, or what an element of it is
	commas  bool
}

// wrappers have the elements of a list in them.
var wrappers = map[string]string{
	"ExtAttr": "Item", "AuthOpenKfIdList": "OpenKfId", "MemChangeList": "Item", "SelectedItems": "SelectedItem",
	"OptionIds": "OptionId", "PicList": "item", "ApprovalNodes": "ApprovalNode", "Items": "Item",
	"NotifyNodes": "NotifyNode", "GroupIds": "GroupId", "CorpIds": "CorpId", "CheckInDataList": "Item",
	"AccessDataList": "Item", "TemperatureDataList": "Item",
}

var commaLists = map[string]bool{
	"Department": true, "IsLeaderInDept": true, "DirectLeader": true,
	"AddUserItems": true, "DelUserItems": true, "AddPartyItems": true, "DelPartyItems": true,
}

// fieldNamed finds the field of an element: by its very name, else but for case and _.
func fieldNamed(types []reflect.Type, name string) (found reflect.StructField, ok bool) {
	for _, t := range types {
		for _, f := range reflect.VisibleFields(t) {
			if f.Name == name {
				return f, true
			}
			if !ok && strings.EqualFold(f.Name, strings.ReplaceAll(name, "_", "")) {
				found, ok = f, true
			}
		}
	}
	return found, ok
}

// places lists the elements of a push with their fields.
func places(t *testing.T, root *element, n *callback.Notice) []place {
	t.Helper()
	var list []place
	var walk func(e *element, at place, types ...reflect.Type)
	add := func(p place, typ reflect.Type) {
		p.kind = typ.Kind()
		list = append(list, p)
		if typ.Kind() == reflect.Struct {
			walk(p.element, p, typ)
		}
	}
	walk = func(e *element, at place, types ...reflect.Type) {
		seen := map[string]int{}
		for _, c := range e.children {
			f, ok := fieldNamed(types, c.name)
			require.True(t, ok, "%T: no field for %s", n.Content, c.name)
			p := place{element: c, field: joinTree(at.field, f.Name), misfit: joinTree(at.misfit, c.name), commas: commaLists[c.name]}
			inner := wrappers[c.name]
			switch {
			case f.Type.Kind() != reflect.Slice:
				add(p, f.Type)
			case p.commas:
				p.kind = f.Type.Elem().Kind()
				list = append(list, p)
			case inner == "":
				index := fmt.Sprintf("[%d]", seen[c.name])
				p.field, p.misfit = p.field+index, p.misfit+index
				add(p, f.Type.Elem())
			default:
				list = append(list, place{element: c, field: p.field, misfit: p.misfit, kind: reflect.Slice})
				for i, item := range c.children {
					add(place{element: item, field: fmt.Sprintf("%s[%d]", p.field, i), misfit: fmt.Sprintf("%s.%s[%d]", p.misfit, inner, i)}, f.Type.Elem())
				}
			}
			seen[c.name]++
		}
	}
	walk(root, place{}, reflect.TypeFor[callback.EventNotify](), reflect.TypeOf(n.Content).Elem())
	return list
}

func joinTree(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// kindNames decide on the type of a push.
var kindNames = map[string]bool{"InfoType": true, "MsgType": true, "Event": true, "ChangeType": true}

// unique gives each value of a push one that no other has, and returns them by field.
func unique(list []place) map[string]string {
	want := map[string]string{}
	next := 100
	value := func(kind reflect.Kind) string {
		next++
		if kind == reflect.String {
			return fmt.Sprintf("v%d", next)
		}
		return strconv.Itoa(next)
	}
	for _, p := range list {
		switch {
		case p.kind == reflect.Struct || p.kind == reflect.Slice:
			continue
		case p.commas:
			items := make([]string, strings.Count(p.element.text, ",")+1)
			for i := range items {
				items[i] = value(p.kind)
				want[fmt.Sprintf("%s[%d]", p.field, i)] = items[i]
			}
			p.element.text = strings.Join(items, ",")
			continue
		case !kindNames[p.field]:
			p.element.text = value(p.kind)
		}
		want[p.field] = p.element.text
	}
	return want
}

// values lists what a notice holds by field, but for what is zero.
func values(n *callback.Notice) map[string]string {
	got := map[string]string{}
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
		case reflect.Struct:
			for _, f := range reflect.VisibleFields(v.Type()) {
				if !f.Anonymous {
					walk(v.FieldByIndex(f.Index), joinTree(path, f.Name))
				}
			}
		default:
			if !v.IsZero() {
				got[path] = fmt.Sprint(v.Interface())
			}
		}
	}
	walk(reflect.ValueOf(n.EventNotify), "")
	walk(reflect.ValueOf(n.Content).Elem(), "")
	return got
}
