package kf

import (
	"cmp"
	"errors"
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// Sync says which messages to read.
type Sync struct {
	Token       string `json:"token,omitempty"`  // of the event kf_msg_or_event, valid for 10 minutes; without it WeCom limits the rate strictly
	Cursor      string `json:"cursor,omitempty"` // where to go on; "": the oldest of the last 3 days
	Limit       int    `json:"limit,omitempty"`  // at most 1000, 0 means 1000
	VoiceFormat int    `json:"voice_format,omitempty"`
	OpenKfId    string `json:"open_kfid"`
}

// Values of VoiceFormat.
const (
	VoiceAmr  = 0
	VoiceSilk = 1
)

const maxMsgs = 1000 // of one page

func (s Sync) check() error {
	return cmp.Or(checkAccount(s.OpenKfId), check.Bytes("token", s.Token, 128), check.Bytes("cursor", s.Cursor, 64),
		check.Limit(s.Limit, maxMsgs), check.Between("voice_format", s.VoiceFormat, VoiceAmr, VoiceSilk))
}

// MsgPage is one page of messages.
type MsgPage struct {
	MsgList    []Msg  `json:"msg_list"` // may be empty although there are more
	HasMore    int    `json:"has_more"`
	NextCursor string `json:"next_cursor"` // of the next page, also of one that will come
}

// SyncMsg 读取消息: reads one page of the messages and events of an account, oldest first.
// [AllMsg] reads all of them.
//
// Errors: 95007 the token is wrong or too old, 50100 the cursor is wrong or too old.
// https://developer.work.weixin.qq.com/document/path/94699
func SyncMsg(api *token.Api, s Sync) (*MsgPage, error) {
	return cgi.Call[MsgPage](api, cgi.Read("kf/sync_msg"), s, s.check())
}

// Synced is a message with the cursor to save once it is processed. A walk that starts there
// misses nothing that comes after the message, whatever happened in between. It may return
// earlier messages again, at most those of one page.
type Synced struct {
	Msg
	Cursor string
}

// AllMsg walks all messages and events of an account from s.Cursor on, oldest first. It stops at
// the first error.
//
// Save the Cursor of each message, or of the last one, for each account; start the next walk
// there, with the token of the next event. Recognise messages that were processed before by
// their MsgId. If the token is too old (95007) the walk continues without it. Messages of
// [SendMsg] are not included.
func AllMsg(api *token.Api, s Sync) iter.Seq2[Synced, error] {
	return func(yield func(Synced, error) bool) {
		w := walk{api, s}
		paging.All(api.Context(), s.Cursor, w.page)(yield)
	}
}

// walk is one walk of [AllMsg].
type walk struct {
	api  *token.Api
	from Sync
}

func (w *walk) page(cursor string) ([]Synced, string, error) {
	at := w.from
	at.Cursor = cursor
	page, err := SyncMsg(w.api, at)
	if at.Token != "" && errors.Is(err, token.Code(95007)) {
		at.Token, w.from.Token = "", ""
		page, err = SyncMsg(w.api, at)
	}
	if err != nil {
		return nil, "", err
	}
	next, err := paging.Next(page.HasMore != 0, page.NextCursor)
	return page.synced(at.Cursor), next, err
}

// synced gives the messages of a page that cursor led to. Until the last one is processed it
// is that cursor which leads to the rest.
func (p MsgPage) synced(cursor string) []Synced {
	list := make([]Synced, len(p.MsgList))
	for i, m := range p.MsgList {
		list[i] = Synced{m, cursor}
	}
	if n := len(list); n > 0 {
		list[n-1].Cursor = cmp.Or(p.NextCursor, cursor)
	}
	return list
}
