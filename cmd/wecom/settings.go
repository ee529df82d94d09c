package main

import (
	"strings"
)

// setting is a value of the configuration.
type setting struct {
	name   string
	secret bool
	what   text
}

// Names of settings.
const (
	setToken          = "token"
	setKey            = "aes-key"
	setCorpId         = "corp-id"
	setProviderSecret = "provider-secret"
	setSuiteId        = "suite-id"
	setSuiteSecret    = "suite-secret"
	setSuiteTicket    = "suite-ticket"
	setAuthCorpId     = "auth-corp-id"
	setPermanentCode  = "permanent-code"
	setBaseURL        = "base-url"
)

// settings has all of them. One called suite-id is WECOM_SUITE_ID or -suite-id; a secret
// called token is WECOM_TOKEN or -token-file.
var settings = []setting{
	{setToken, true, text{"Token of the callback URL", "回调 URL 的 Token"}},
	{setKey, true, text{"EncodingAESKey of the callback URL", "回调 URL 的 EncodingAESKey"}},
	{setCorpId, false, text{"corp id of the provider, ww…", "服务商自己的 corpid，ww…"}},
	{setProviderSecret, true, text{"ProviderSecret, from 服务商信息 > 基本信息", "ProviderSecret，见“服务商信息 > 基本信息”"}},
	{setSuiteId, false, text{"SuiteId of the app or template, ww… or dk…", "应用或代开发模板的 SuiteId，ww… 或 dk…"}},
	{setSuiteSecret, true, text{"secret of the app or template", "应用或代开发模板的 Secret"}},
	{setSuiteTicket, true, text{"newest suite_ticket that was pushed", "最近一次推送的 suite_ticket"}},
	{setAuthCorpId, false, text{"corp id of a customer (授权企业), wp… or ww…", "授权企业的 corpid，wp… 或 ww…"}},
	{setPermanentCode, true, text{"permanent code of that customer (永久授权码)", "该企业的永久授权码"}},
	{setBaseURL, false, text{"another address than https://qyapi.weixin.qq.com, of a proxy or a fake", "代替 https://qyapi.weixin.qq.com 的地址，如代理或模拟服务"}},
}

// env is the environment variable.
func (x setting) env() string {
	return "WECOM_" + strings.ToUpper(strings.ReplaceAll(x.name, "-", "_"))
}

// option is the way by an option.
func (x setting) option() option {
	if x.secret {
		return option{name: x.name + "-file", value: "FILE", help: x.what}
	}
	return option{name: x.name, value: "VALUE", help: x.what}
}

func settingOf(name string) setting {
	for _, x := range settings {
		if x.name == name {
			return x
		}
	}
	return setting{name: name, secret: true}
}

// hideEnvironment makes secrets of all that the environment holds, also of what the command
// does not need.
func (s *session) hideEnvironment() {
	for _, x := range settings {
		if x.secret {
			s.hide(strings.TrimSpace(s.env(x.env())))
		}
	}
}

// setting returns a value, "" if it is not set: the option's, else that of the environment.
func (s *session) setting(name string) (value string, err error) {
	x := settingOf(name)
	o := x.option()
	switch given := s.env(x.env()); {
	case s.has(o.name) && x.secret:
		value, err = s.readValue(s.value(o.name))
	case s.has(o.name):
		value = s.value(o.name)
	case strings.HasPrefix(given, "@"):
		value, err = s.readValue(given[1:])
	default:
		value = given
	}
	value = strings.TrimSpace(value)
	if x.secret {
		s.hide(value)
	}
	return value, err
}

func (s *session) readValue(file string) (string, error) {
	data, err := s.read(file)
	return string(data), err
}

// need is setting for what the command can't do without.
func (s *session) need(name string) (string, error) {
	value, err := s.setting(name)
	if err != nil || value != "" {
		return value, err
	}
	x := settingOf(name)
	return "", s.wrong(text{"%s is missing (%s): set it in the environment, or use -%s %s",
		"缺少 %s（%s）：请设置该环境变量，或使用 -%s %s"}, x.env(), x.what, x.option().name, x.option().value)
}

// load reads several settings by their names; the required ones must be there.
func (s *session) load(required []string, optional ...string) (map[string]string, error) {
	values := map[string]string{}
	for _, name := range required {
		value, err := s.need(name)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	for _, name := range optional {
		value, err := s.setting(name)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}
