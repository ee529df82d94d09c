package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

func verifyCommand() *command {
	return &command{
		name:  "verify",
		title: text{"are these credentials good?", "这些凭证有效吗？"},
		usage: []string{""},
		about: text{`Asks WeCom for a token with each of the credentials that are set: of the provider, the suite (with
its newest suite_ticket), and one customer (with the permanent code). It shows which are good,
and whether WeCom accepts calls from this address. Nothing is stored or changed.`,
			`用已设置的各组凭证向企业微信换取 token：服务商、应用（需最近一次推送的 suite_ticket）、
某个授权企业（需永久授权码）。显示哪些有效，以及企业微信是否接受本机地址的调用。
不保存、不改动任何东西。`},
		settings: []string{setCorpId, setProviderSecret, setSuiteId, setSuiteSecret, setSuiteTicket, setAuthCorpId, setPermanentCode, setBaseURL},
		examples: []string{
			"WECOM_CORP_ID=ww1a2b3c4d5e6f7089 WECOM_PROVIDER_SECRET=@provider.secret wecom verify",
			"wecom verify -suite-id wwa1b2c3d4e5f60718 -suite-secret-file suite.secret -suite-ticket-file ticket",
			"wecom verify -base-url http://localhost:8080",
		},
		run: verify,
	}
}

func verify(s *session) error {
	if err := s.noArguments(); err != nil {
		return err
	}
	values, err := s.load(nil, s.command.settings...)
	if err != nil {
		return err
	}
	if err := s.leaveOutHalves(values); err != nil {
		return err
	}
	var found []token.TokenInfo
	api, err := s.verifying(values, &found)
	if err != nil {
		return err
	}
	err = api.Verify()
	shown := map[string]bool{}
	for _, info := range found {
		if info.Err == nil && !shown[info.Kind] { // a customer's needs the suite's
			shown[info.Kind] = true
			s.say(text{"%s: good (%v)", "%s：有效（%v）"}, kindName(info.Kind), info.Duration.Round(time.Millisecond))
		}
	}
	if err != nil {
		s.report(err, map[string]bool{})
		return s.failed()
	}
	s.say(text{"WeCom accepts these calls from this address.", "企业微信接受本机地址的这些调用。"})
	return nil
}

// verifying makes the Api; found gets each attempt at a token, in turn.
func (s *session) verifying(values map[string]string, found *[]token.TokenInfo) (*token.Api, error) {
	api, err := token.New(token.Config{
		CorpId: values[setCorpId], ProviderSecret: values[setProviderSecret],
		SuiteId: values[setSuiteId], SuiteSecret: values[setSuiteSecret], BaseURL: values[setBaseURL],
		Logger:  slog.New(slog.DiscardHandler),
		OnToken: func(_ context.Context, info token.TokenInfo) { *found = append(*found, info) }, // Verify asks one after the other
	})
	if err != nil {
		return nil, s.wrong(text{"this configuration cannot be used: %v", "这样的配置无法使用：%v"}, err)
	}
	api = api.WithContext(s.ctx)
	if ticket := values[setSuiteTicket]; ticket != "" && values[setSuiteId] != "" {
		if err := api.SetSuiteTicket(ticket, clock.Now()); err != nil {
			return nil, err // not for a ticket that is set
		}
	}
	return s.verifyingCustomer(api, values)
}

// verifyingCustomer adds the customer, if one is set.
func (s *session) verifyingCustomer(api *token.Api, values map[string]string) (*token.Api, error) {
	corpId, code := values[setAuthCorpId], values[setPermanentCode]
	switch {
	case code == "":
		if corpId != "" {
			s.note(text{"%s: not verified, for %s is not set", "%s：未验证，未设置 %s"}, kindName(token.Corp.String()), settingOf(setPermanentCode).env())
		}
		return api, nil
	case corpId == "" || values[setSuiteId] == "":
		return nil, s.wrong(text{"WECOM_PERMANENT_CODE is of use only with WECOM_AUTH_CORP_ID and the suite's id and secret: set them too",
			"WECOM_PERMANENT_CODE 需与 WECOM_AUTH_CORP_ID 以及应用的 id、Secret 一起使用：请一并设置"})
	}
	api = api.WithCorp(corpId)
	return api, api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: code, Customized: token.IsTemplate(values[setSuiteId])})
}

// leaveOutHalves drops an id without its secret, which other commands have use for, and refuses
// what is left if it is nothing to verify.
func (s *session) leaveOutHalves(values map[string]string) error {
	n := 0
	for _, half := range []struct{ id, secret, kind string }{
		{setCorpId, setProviderSecret, token.Provider.String()}, {setSuiteId, setSuiteSecret, token.Suite.String()},
	} {
		switch id, secret := values[half.id], values[half.secret]; {
		case id != "" && secret != "":
			n++
		case secret != "":
			return s.wrong(text{"%s is missing, without which %s is of no use", "缺少 %s，没有它 %s 无法使用"}, settingOf(half.id).env(), settingOf(half.secret).env())
		case id != "":
			s.note(text{"%s: not verified, for %s is not set", "%s：未验证，未设置 %s"}, kindName(half.kind), settingOf(half.secret).env())
		}
	}
	if values[setSuiteSecret] == "" {
		values[setSuiteId] = ""
	}
	if n > 0 {
		return nil
	}
	return s.wrong(text{"no credentials: set WECOM_CORP_ID and WECOM_PROVIDER_SECRET, WECOM_SUITE_ID and WECOM_SUITE_SECRET, or both pairs",
		"没有凭证：请设置 WECOM_CORP_ID 与 WECOM_PROVIDER_SECRET，或 WECOM_SUITE_ID 与 WECOM_SUITE_SECRET，或两组都设置"})
}

// report prints each error on its own, and once.
func (s *session) report(err error, told map[string]bool) {
	if several, ok := err.(interface{ Unwrap() []error }); ok && isJoined(err, several.Unwrap()) {
		for _, one := range several.Unwrap() {
			s.report(one, told)
		}
		return
	}
	if line := s.finding(err); !told[line] {
		told[line] = true
		s.print(line + "\n")
	}
}

// isJoined tells an error of errors.Join from one that wraps several.
func isJoined(err error, parts []error) bool {
	var lines []string
	for _, part := range parts {
		lines = append(lines, part.Error())
	}
	return err.Error() == strings.Join(lines, "\n")
}

// finding is what one error means.
func (s *session) finding(err error) string {
	var answer *token.Error
	switch {
	case errors.As(err, &answer) && answer.HTTPStatus == 0:
		return s.tell(text{"%s: not verified, for there was no answer: %v. Is the network there, and is WECOM_BASE_URL right?",
			"%s：未验证，没有应答：%v。网络是否畅通？WECOM_BASE_URL 是否正确？"}, kindName(kindOf(answer.Path)), err)
	case errors.As(err, &answer) && answer.Code == 0:
		return s.tell(text{"%s: not verified. %s", "%s：未验证。%s"}, kindName(kindOf(answer.Path)), s.advice(answer))
	case errors.As(err, &answer):
		return s.tell(text{"%s: refused. %s", "%s：被拒。%s"}, kindName(kindOf(answer.Path)), s.advice(answer))
	case errors.Is(err, token.ErrNoSuiteTicket):
		return s.tell(text{"%s: not verified, for there is no suite_ticket. Set WECOM_SUITE_TICKET to the newest that was pushed, or push one from the console",
			"%s：未验证，缺少 suite_ticket。请将 WECOM_SUITE_TICKET 设为最近推送的值，或在后台手动推送一次"}, kindName(token.Suite.String()))
	}
	return s.tell(text{"not good: %s", "有问题：%s"}, strings.TrimPrefix(err.Error(), "wecom: "))
}

// advice says why WeCom refuses, and what to do.
func (s *session) advice(e *token.Error) string {
	switch {
	case token.IsIPNotAllowed(e):
		return s.tell(text{"WeCom does not accept this address, which it sees as %s: put it on the IP white list in the provider console (服务商信息 > 基本信息), and wait a minute",
			"企业微信不接受本机地址（它看到的是 %s）：请在服务商后台“服务商信息 > 基本信息”把它加入 IP 白名单，一分钟后生效"}, e.FromIP)
	case errors.Is(e, token.Code(40085)) || errors.Is(e, token.ErrSuiteTicketStale):
		return s.tell(text{"The suite_ticket is no longer good, or that of another app: take the newest that was pushed; each is good for 30 minutes (errcode %d)",
			"suite_ticket 已失效或属于其他应用：请使用最近推送的值，每个有效 30 分钟（errcode %d）"}, e.Code)
	case token.IsLost(e):
		return s.tell(text{"The authorisation of this customer is over, or the permanent code belongs to another app: the app has to be installed again (errcode %d)",
			"该企业的授权已结束，或永久授权码属于其他应用：需要重新授权安装（errcode %d）"}, e.Code)
	case slices.Contains([]int{40001, 40080, 40091}, e.Code):
		return s.tell(text{"The secret is wrong, or of another corp or app: copy it again from the console (errcode %d)", "Secret 不正确，或属于其他企业、应用：请从后台重新复制（errcode %d）"}, e.Code)
	case slices.Contains([]int{40013, 40083, 40086}, e.Code):
		return s.tell(text{"The id is wrong: copy it again from the console (errcode %d)", "id 不正确：请从后台重新复制（errcode %d）"}, e.Code)
	case e.Code == 0:
		return s.tell(text{"The answer is not WeCom's: %v. Does a proxy answer, or is WECOM_BASE_URL wrong?", "应答不是来自企业微信：%v。是否有代理代为应答？WECOM_BASE_URL 是否正确？"}, e)
	}
	return s.tell(text{"errcode %d, %s. WeCom says: %s", "errcode %d（%s）。企业微信返回：%s"}, e.Code, meaning(e.Code), e.Msg)
}

// meaning is what the facts say about an errcode.
func meaning(code int) string {
	for _, e := range spec.ErrorCodes() {
		if e.Code == code {
			return e.Meaning
		}
	}
	return "?"
}

// kindOf is the kind of the token that an endpoint gives.
func kindOf(path string) string {
	switch {
	case strings.HasSuffix(path, "/get_provider_token"):
		return token.Provider.String()
	case strings.HasSuffix(path, "/get_suite_token"):
		return token.Suite.String()
	}
	return token.Corp.String()
}

// kindName says whose credentials they are.
func kindName(kind string) text {
	switch kind {
	case token.Provider.String():
		return text{"provider", "服务商"}
	case token.Suite.String():
		return text{"suite", "应用"}
	}
	return text{"customer", "授权企业"}
}
