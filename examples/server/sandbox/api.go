package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// sandbox is a process of "wecom sandbox", reached by its JSON API.
type sandbox struct {
	base   string
	suites []string // the third-party app and the template
	stop   func()
}

// apps are the names of the apps in paths of the server, and the ends of the names of their
// variables.
var apps = [...]struct{ path, suffix string }{{"app", ""}, {"app2", "_2"}}

// call calls the API.
func (b *sandbox) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, b.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(res.Body) // says why
		return fmt.Errorf("sandbox: %s %s: %s: %s", method, path, res.Status, text)
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// environment is what an app reads in WeCom's console, for both apps.
func (b *sandbox) environment(ctx context.Context) (variables []string, err error) {
	var all struct {
		Suites []struct {
			SuiteId string `json:"suite_id"`
		} `json:"suites"`
	}
	if err := b.call(ctx, http.MethodGet, "/suites", nil, &all); err != nil {
		return nil, err
	}
	for i, x := range all.Suites {
		b.suites = append(b.suites, x.SuiteId)
		var out struct {
			Variables []struct{ Name, Value string } `json:"variables"`
		}
		if err := b.call(ctx, http.MethodGet, "/environment?"+url.Values{"suite_id": {x.SuiteId}, "reveal": {"true"}}.Encode(), nil, &out); err != nil {
			return nil, err
		}
		for _, v := range out.Variables {
			variables = append(variables, v.Name+apps[i].suffix+"="+v.Value)
		}
	}
	return variables, nil
}

// connect enters the callback URLs, as in WeCom's console. A ticket is pushed to each.
func (b *sandbox) connect(ctx context.Context, site string) error {
	for i, id := range b.suites {
		path := site + "/wecom/" + apps[i].path
		urls := map[string]string{"suite_id": id, "command_url": path + "/command", "data_url": path + "/data", "system_url": site + "/wecom/system"}
		if err := b.call(ctx, http.MethodPost, "/urls", urls, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}
