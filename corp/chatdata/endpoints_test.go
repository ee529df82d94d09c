package chatdata_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"testing"

	"github.com/gothird/wecom/corp/chatdata"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

type row = corptest.Row

// key is a customer's.
var key = func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}()

// verbatim keeps what a program gives as it is.
type verbatim string

func (v *verbatim) UnmarshalJSON(text []byte) error { *v = verbatim(text); return nil }

var report = wire.Bytes("三月报表.pdf", []byte("%PDF-1.7 …"))

type named struct {
	ProgramId string `json:"program_id"`
}

func last[T any](seq iter.Seq2[T, error]) (last error) {
	for _, err := range seq {
		last = err
	}
	return last
}

// with changes each row.
func with(rows []row, change func(*row)) []row {
	for i := range rows {
		change(&rows[i])
	}
	return rows
}

// gives is what programs give to calls with made answers.
func gives(r *row) { r.Fixed = map[string]any{"response_data": `{"output":[1,2.50]}`} }

// G: endpoint/documented
func TestEndpoints(t *testing.T) {
	corptest.Run(t, slices.Concat(authRows, settingRows, programRows), walks...)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }

var authRows = slices.Concat([]row{
	{Go: "GetCorpAuthInfo", Endpoint: "corp/chatdata/get_corp_auth_info", Call: func(api *token.Api) (any, error) {
		return chatdata.GetCorpAuthInfo(api)
	}},
	{Go: "AllAuthUsers", Endpoint: "corp/chatdata/get_auth_user_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(chatdata.AllAuthUsers(api))
	}},
	{Go: "DocGetAuthInfo", Endpoint: "corp/chatdata/docdata_get_auth_info", Call: func(api *token.Api) (any, error) {
		return chatdata.DocGetAuthInfo(api)
	}},
	{Go: "AllDocAuthUsers", Endpoint: "corp/chatdata/docdata_get_auth_user_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(chatdata.AllDocAuthUsers(api))
	}},
}, corptest.Rows("GetAuthUserList", "corp/chatdata/get_auth_user_list", func(api *token.Api, in data.Cursor) (any, error) {
	return chatdata.GetAuthUserList(api, in.Cursor, in.Limit)
}), corptest.Rows("DocGetAuthUserList", "corp/chatdata/docdata_get_auth_user_list", func(api *token.Api, in data.Cursor) (any, error) {
	return chatdata.DocGetAuthUserList(api, in.Cursor, in.Limit)
}))

var settingRows = slices.Concat(with(corptest.Rows("SetPublicKey", "corp/chatdata/set_public_key", func(api *token.Api, in struct {
	PublicKey    string `json:"public_key"`
	PublicKeyVer int64  `json:"public_key_ver"`
}) (any, error) {
	return nil, chatdata.SetPublicKey(api, &key.PublicKey, in.PublicKeyVer)
}), func(r *row) {
	r.Except = spectest.Why{"public_key": "the sample's is no key; TestSetPublicKey reads ours"}
}),
	corptest.Rows("SetReceiveCallback", "corp/chatdata/set_receive_callback", func(api *token.Api, in named) (any, error) {
		return nil, chatdata.SetReceiveCallback(api, in.ProgramId)
	}), corptest.Rows("SetHideSensitiveInfoConfig", "corp/chatdata/set_hide_sensitiveinfo_config", func(api *token.Api, in struct {
		UserId string
		Config chatdata.HideConfig
	}) (any, error) {
		return nil, chatdata.SetHideSensitiveInfoConfig(api, in.UserId, in.Config)
	}), corptest.Rows("GetHideSensitiveInfoConfig", "corp/chatdata/get_hide_sensitiveinfo_config", func(api *token.Api, in struct{ UserId string }) (any, error) {
		return chatdata.GetHideSensitiveInfoConfig(api, in.UserId)
	}), corptest.Rows("SetLogLevel", "corp/chatdata/set_log_level", func(api *token.Api, in struct {
		named
		LogLevel int `json:"log_level"`
	}) (any, error) {
		return nil, chatdata.SetLogLevel(api, in.ProgramId, in.LogLevel)
	}), corptest.Rows("GetLogLevel", "corp/chatdata/get_log_level", func(api *token.Api, in named) (any, error) {
		return chatdata.GetLogLevel(api, in.ProgramId)
	}), corptest.Rows("OpenDebugMode", "corp/chatdata/open_debug_mode", func(api *token.Api, in struct {
		named
		DebugToken string `json:"debug_token"`
	}) (any, error) {
		return nil, chatdata.OpenDebugMode(api, in.ProgramId, in.DebugToken)
	}), corptest.Rows("CloseDebugMode", "corp/chatdata/close_debug_mode", func(api *token.Api, in named) (any, error) {
		return nil, chatdata.CloseDebugMode(api, in.ProgramId)
	}), corptest.Rows("CheckDebugMode", "corp/chatdata/check_debug_mode", func(api *token.Api, in named) (any, error) {
		return chatdata.CheckDebugMode(api, in.ProgramId)
	}))

var programRows = slices.Concat([]row{
	{Go: "UploadMedia", Endpoint: "corp/chatdata/upload_media", Query: url.Values{"type": {"file"}}, Fixed: map[string]any{"created_at": "1767236400"}, Call: func(api *token.Api) (any, error) {
		return chatdata.UploadMedia(api, report)
	}},
	{Go: "WaitProgram", Endpoint: "corp/chatdata/async_program_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return chatdata.WaitProgram[verbatim](api, "job", 0)
	}},
}, with(corptest.Rows("SyncCallProgram", "corp/chatdata/sync_call_program", func(api *token.Api, in struct {
	chatdata.Ability
	NotifyId    string `json:"notify_id"`
	RequestData string `json:"request_data"`
}) (any, error) {
	return chatdata.SyncCallProgram[verbatim](api, in.Ability, in.NotifyId, json.RawMessage(in.RequestData))
}), gives), corptest.Rows("AsyncProgramTask", "corp/chatdata/async_program_task", func(api *token.Api, in struct {
	chatdata.Ability
	RequestData string `json:"request_data"`
}) (any, error) {
	return chatdata.AsyncProgramTask(api, in.Ability, json.RawMessage(in.RequestData))
}), with(corptest.Rows("AsyncProgramResult", "corp/chatdata/async_program_result", func(api *token.Api, in struct{ JobId string }) (any, error) {
	return chatdata.AsyncProgramResult[verbatim](api, in.JobId)
}), gives))
