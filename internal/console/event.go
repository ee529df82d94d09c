package console

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// readEvent reads the outermost fields of an event, which is XML or JSON. Of anything else, and
// behind a fault, there are none.
func readEvent(text string) map[string]string {
	out := map[string]string{}
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "{") {
		var fields map[string]any
		_ = json.Unmarshal([]byte(text), &fields)
		for name, v := range fields {
			if s, ok := v.(string); ok {
				out[name] = s
			}
		}
		return out
	}
	d := xml.NewDecoder(strings.NewReader(text))
	for depth, name := 0, ""; ; {
		t, err := d.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				return map[string]string{}
			}
			return out
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			name = t.Name.Local
		case xml.EndElement:
			depth--
			name = ""
		case xml.CharData:
			if depth == 2 && name != "" {
				out[name] += string(t)
			}
		}
	}
}
