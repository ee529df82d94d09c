package service

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/gothird/wecom/access"
	"github.com/stretchr/testify/assert"
)

// hush is in every field that must not be printed, loud in one that may.
const hush, loud = "HUSH-7f3a", "LOUD-19bc"

func secretive() []any {
	info := PermanentInfo{PermanentCode: hush, State: loud, RegisterCodeInfo: RegisterCodeInfo{RegisterCode: hush, State: loud}}
	permanent := Permanent{PermanentAccessToken: access.PermanentAccessToken{AcsToken: hush}, PermanentInfo: info}
	return []any{
		info, permanent, info.RegisterCodeInfo,
		PreAuthCode{PreAuthCode: hush, ExpiresIn: 1200},
		UserInfo3rd{UserTicket: hush, UserDocTicket: hush, Userid: loud},
		UserInfo{UserTicket: hush, UserDocTicket: hush, UserId: loud},
		MiniProgramSession{SessionKey: hush, UserId: loud},
		RegisterCode{RegisterCode: hush, ExpiresIn: 600},
		RegisterInfo{ContactSync: access.CorpAccessToken{AcsToken: hush}, State: loud},
		JsapiTicket{Ticket: hush, ExpiresIn: 7200},
		UnionId{MassCallTicket: hush, UnionId: loud},
		ChainUnionId{MassCallTicket: hush, UnionId: loud},
		Device{SecretNo: hush, DeviceSn: loud},
		InstallLink{PreAuthCode: hush, SuiteId: loud},
		// Behind pointers and inside other values too.
		&permanent, &info, []Permanent{permanent}, map[string]PermanentInfo{"a": info}, struct{ P Permanent }{permanent},
		struct{ P *UserInfo3rd }{&UserInfo3rd{UserTicket: hush}},
	}
}

// G: secret/printed
func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	for _, x := range secretive() {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			text := fmt.Sprintf(verb, x)
			assert.NotContains(t, text, hush, "%T as %s", x, verb)
			assert.NotContains(t, text, fmt.Sprintf("%x", hush), "%T as %s", x, verb)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "value", x)
		assert.NotContains(t, log.String(), hush, "%T as text log", x)
	}
	// A JSON log asks a value how it is logged, but not the elements of a list.
	for _, x := range secretive()[:14] {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", x)
		assert.NotContains(t, log.String(), hush, "%T as JSON log", x)
	}
}

// G: secret/printed
func TestTheRestIsPrinted(t *testing.T) {
	t.Parallel()
	for _, x := range []any{
		PermanentInfo{PermanentCode: hush, State: loud}, Permanent{PermanentInfo: PermanentInfo{State: loud}},
		UserInfo3rd{Userid: loud}, UserInfo{UserId: loud}, MiniProgramSession{UserId: loud}, RegisterCodeInfo{State: loud},
		UnionId{UnionId: loud}, ChainUnionId{UnionId: loud}, Device{DeviceSn: loud}, InstallLink{SuiteId: loud},
	} {
		assert.Contains(t, fmt.Sprintf("%+v", x), loud, "%T", x)
		assert.Contains(t, x.(slog.LogValuer).LogValue().String(), loud, "%T in a log", x)
	}
	for want, x := range map[string]slog.LogValuer{
		"ExpiresIn:1200": PreAuthCode{ExpiresIn: 1200}, "ExpiresIn:600": RegisterCode{ExpiresIn: 600}, "State:" + loud: RegisterInfo{State: loud},
	} {
		assert.Contains(t, x.LogValue().String(), want, "%T in a log", x)
	}
	assert.Contains(t, fmt.Sprintf("%+v", PreAuthCode{PreAuthCode: hush, ExpiresIn: 1200}), "PreAuthCode:*** ExpiresIn:1200")
	assert.Contains(t, fmt.Sprintf("%+v", PreAuthCode{}), "PreAuthCode: ", "an empty one is seen to be empty")
}
