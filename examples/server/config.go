package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// Config is what the environment says. Tests fill it in by themselves.
type Config struct {
	Listen    string // of pages and callback URLs
	OpsListen string // of metrics, health and the list of corps: not for the internet
	Site      string // where browsers and WeCom reach Listen, such as https://app.example
	Database  string // the file
	Keys      [][]byte
	Buyer     string // the provider's member in whose name licences are ordered
	Payer     string // pays them from the prepaid account; "": a person pays in the console
	Welcome   string // what a new customer is sent
	PagesURL  string // stands in for WeCom's pages; "": WeCom

	WeCom  token.Config // of the provider, without a suite
	System callback.URL
	Suites []Suite // the first is the app; see appNames

	Unpublished bool          // the app is not published yet: installations are for tests
	Poll        time.Duration // see purchase.Purchase
}

// Suite is an app of the provider, with its callback URL.
type Suite struct {
	Name       string // in paths: app, app2 or login
	Id, Secret string
	URL        callback.URL
}

// A program has one app, perhaps a second one (a template of customised apps, 代开发, or another
// third-party app), and perhaps the suite of 登录授权 that WeCom wants for logins outside its client.
const (
	firstApp   = "app"
	secondApp  = "app2"
	loginSuite = "login"
)

// suffixes end the names of the variables of a suite.
var suffixes = [...]struct{ name, suffix string }{{firstApp, ""}, {secondApp, "_2"}, {loginSuite, "_LOGIN"}}

const sealKeySize = 32

// environment reads variables, and collects what is wrong with them.
type environment struct {
	get      func(string) string
	problems []error
}

// readConfig reads the environment. Its error lists all that is missing or wrong.
func readConfig(get func(string) string) (Config, error) {
	e := &environment{get: get}
	c := Config{
		Listen:    e.address("SERVER_LISTEN", "127.0.0.1:8080"),
		OpsListen: e.address("SERVER_OPS_LISTEN", "127.0.0.1:9090"),
		Site:      e.site("SERVER_URL", true),
		Database:  e.optional("SERVER_DATABASE", "server.db"),
		Keys:      e.keys("SERVER_KEY"),
		Buyer:     e.required("SERVER_BUYER", "userid of your member who orders licences"),
		Payer:     get("SERVER_PAYER"),
		Welcome:   e.optional("SERVER_WELCOME", "您好，很高兴认识您！有任何问题都可以直接留言。"),
		PagesURL:  e.site("WECOM_PAGES_URL", false),
		WeCom: token.Config{
			CorpId:         e.required("WECOM_CORP_ID", "corp id of the provider, ww…"),
			ProviderSecret: e.required("WECOM_PROVIDER_SECRET", "ProviderSecret, from 服务商信息 > 基本信息"),
			BaseURL:        e.site("WECOM_BASE_URL", false),
		},
		Unpublished: get("SERVER_UNPUBLISHED") != "",
		System:      e.url("WECOM_SYSTEM_TOKEN", "WECOM_SYSTEM_AES_KEY"),
	}
	c.System.Channel = callback.System
	ids := map[string]bool{}
	for i, x := range suffixes {
		suite, ok := e.suite(x.name, x.suffix, i == 0)
		if ids[suite.Id] && suite.Id != "" {
			e.wrong("WECOM_SUITE_ID"+x.suffix, "another suite has this id")
		}
		if ids[suite.Id] = true; ok {
			c.Suites = append(c.Suites, suite)
		}
	}
	return c, errors.Join(e.problems...)
}

func (e *environment) wrong(name, format string, args ...any) {
	e.problems = append(e.problems, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
}

func (e *environment) required(name, what string) string {
	value := e.get(name)
	if value == "" {
		e.wrong(name, "missing: %s", what)
	}
	return value
}

func (e *environment) optional(name, otherwise string) string {
	if value := e.get(name); value != "" {
		return value
	}
	return otherwise
}

func (e *environment) address(name, otherwise string) string {
	value := e.optional(name, otherwise)
	if _, _, err := net.SplitHostPort(value); err != nil {
		e.wrong(name, "%q is no address: want host:port, such as %s", value, otherwise)
	}
	return value
}

// site reads the address of a site, without a path.
func (e *environment) site(name string, needed bool) string {
	value := strings.TrimSuffix(e.get(name), "/")
	switch {
	case value == "" && needed:
		e.wrong(name, "missing: where browsers reach this server, such as https://app.example")
	case value != "" && !isSite(value):
		e.wrong(name, "it is no address of a site: want https://host, without a path")
	}
	return value
}

func isSite(value string) bool {
	u, err := url.Parse(value)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.Path == "" && u.RawQuery == "" && u.User == nil
}

// keys reads keys: the first one seals, the others still open.
func (e *environment) keys(name string) (keys [][]byte) {
	value := e.required(name, "the key that seals the database: openssl rand -base64 32")
	if value == "" {
		return nil
	}
	for i, text := range strings.Split(value, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || len(key) != sealKeySize {
			e.wrong(name, "key %d is not the base64 of 32 bytes: openssl rand -base64 32", i+1)
		}
		keys = append(keys, key)
	}
	return keys
}

// url reads the Token and EncodingAESKey of a callback URL.
func (e *environment) url(tokenName, keyName string) callback.URL {
	u := callback.URL{Token: e.required(tokenName, "Token of the callback URL"), EncodingAESKey: e.required(keyName, "EncodingAESKey of the callback URL")}
	if u.Token == "" || u.EncodingAESKey == "" {
		return u
	}
	if _, err := callback.NewCrypt(u.Token, u.EncodingAESKey); err != nil {
		e.wrong(tokenName+", "+keyName, "%v", err)
	}
	return u
}

// suite reads a suite, which may be absent as a whole.
func (e *environment) suite(name, suffix string, needed bool) (s Suite, ok bool) {
	id, secret, tok, key := "WECOM_SUITE_ID"+suffix, "WECOM_SUITE_SECRET"+suffix, "WECOM_TOKEN"+suffix, "WECOM_AES_KEY"+suffix
	if !needed && e.get(id)+e.get(secret)+e.get(tok)+e.get(key) == "" {
		return s, false
	}
	s = Suite{Name: name, Id: e.required(id, "SuiteId of the app, ww…, or of the template, dk…"), Secret: e.required(secret, "secret of the suite"), URL: e.url(tok, key)}
	if name == loginSuite && token.IsTemplate(s.Id) {
		e.wrong(id, "a template of customised apps cannot be the suite for logins: want that of 登录授权")
	}
	return s, true
}
