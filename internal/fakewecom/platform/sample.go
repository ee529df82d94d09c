package platform

import (
	"encoding/json"

	"github.com/gothird/wecom/internal/spec"
)

// sampleAnswer answers an endpoint that has no rules of its own here: with the
// documented sample, in which the request's ids take the place of the sample's.
func sampleAnswer(c *Call) (Obj, error) {
	if len(c.ep.SampleResponses) == 0 {
		return nil, nil
	}
	var out Obj
	if err := json.Unmarshal(c.ep.SampleResponses[0], &out); err != nil {
		return nil, err
	}
	echo(out, c)
	lastPage(out, c.ep.Paging)
	return out, nil
}

// lastPage makes the answer the last page, so that a walk ends.
func lastPage(out Obj, p *spec.Paging) {
	if p == nil {
		return
	}
	switch p.More {
	case "has_more":
		out[p.More] = 0
	case "is_last":
		out[p.More] = true
	case "total":
		items, _ := out[p.Items].([]any)
		out[p.More] = len(items)
	case "":
		delete(out, p.Next)
	}
}

// echo looks for texts that the request gave under the same name.
func echo(out Obj, c *Call) {
	for k, v := range out {
		switch v := v.(type) {
		case string:
			if given := c.Str(k); given != "" {
				out[k] = given
			}
		case Obj:
			echo(v, c)
		}
	}
}
