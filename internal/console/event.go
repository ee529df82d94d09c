package console

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// readEvent reads the outermost fields of an event, which is XML or JSON. Of anything else, and
// where there is a fault, there are none.
func readEvent(text string) map[string]string {
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "{") {
		return readObject(text)
	}
	out := map[string]string{}
	d := xml.NewDecoder(strings.NewReader(text))
	for path := []string(nil); ; {
		t, err := d.Token()
		switch t := t.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
		case xml.EndElement:
			path = path[:len(path)-1] // the decoder sees to it that there is one
		case xml.CharData:
			if len(path) == 2 {
				out[path[1]] += string(t)
			}
		}
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return map[string]string{}
		}
	}
}

// readObject reads the texts of a JSON object.
func readObject(text string) map[string]string {
	out := map[string]string{}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal([]byte(text), &fields) // what is none has no fields
	for name, v := range fields {
		var s string
		if json.Unmarshal(v, &s) == nil && string(v) != "null" {
			out[name] = s
		}
	}
	return out
}
