package platform

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// asJSON writes an event as JSON: elements are keys, repeated ones an array, and numbers
// that stand without CDATA are not quoted. What is JSON already stays as it is.
func asJSON(event []byte) ([]byte, error) {
	if json.Valid(event) {
		return event, nil
	}
	d := xml.NewDecoder(bytes.NewReader(event))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil, errors.New("fakewecom: the event has no element")
		}
		if err != nil {
			return nil, err
		}
		if _, ok := token.(xml.StartElement); ok {
			value, err := element(d, event)
			if err != nil {
				return nil, err
			}
			return json.Marshal(value)
		}
	}
}

// element reads what is left of an element: an object, or a text or number.
func element(d *xml.Decoder, event []byte) (any, error) {
	var text strings.Builder
	o := Obj{}
	start := d.InputOffset()
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			value, err := element(d, event)
			if err != nil {
				return nil, err
			}
			add(o, t.Name.Local, value)
		case xml.EndElement:
			if len(o) > 0 {
				return o, nil
			}
			return scalar(text.String(), bytes.Contains(event[start:d.InputOffset()], []byte("<![CDATA["))), nil
		}
	}
}

// add puts a further value under a key.
func add(o Obj, key string, value any) {
	switch old := o[key].(type) {
	case nil:
		o[key] = value
	case []any:
		o[key] = append(old, value)
	default:
		o[key] = []any{old, value}
	}
}

func scalar(text string, quoted bool) any {
	number := strings.TrimSpace(text)
	if _, err := strconv.ParseInt(number, 10, 64); err == nil && !quoted && json.Valid([]byte(number)) {
		return json.Number(number)
	}
	return text
}
