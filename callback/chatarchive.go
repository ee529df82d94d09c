package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Chat archive (会话内容存档), on 指令回调URL; msgaudit_notify on 数据回调URL. The latter only
// says that there are new messages: [BareEvent]. Consent to a single chat also comes as
// change_external_contact with [KCtMsgAuditApproved].
const (
	KItConversationNewMessage         EventKind = "conversation_new_message"
	KItHitKeyword                     EventKind = "hit_keyword"
	KItChatArchiveExportFinished      EventKind = "chat_archive_export_finished" // a [JobEvent]
	KItChatArchiveAuditApprovedSingle EventKind = "chat_archive_audit_approved_single"
	KItChatArchiveAuditApprovedRoom   EventKind = "chat_archive_audit_approved_room"
	KItMsgAuditNotify                 EventKind = "msgaudit_notify"
)

// ChatTokenEvent 会话内容通知: there are new messages, or a keyword was found in one. With the
// token they can be fetched, within ten minutes. It arrives on the 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/97085
type ChatTokenEvent struct {
	Token string `json:"Token" xml:"Token"`
}

// ChatAuditEvent 客户同意会话存档: a contact agreed to the archive, in a single chat or in a
// group. It arrives on the 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/99532
type ChatAuditEvent struct {
	OpenUserID     string `json:"OpenUserID" xml:"OpenUserID"` // single chat: the member
	ExternalUserID string `json:"ExternalUserID" xml:"ExternalUserID"`
	ChatId         string `json:"ChatId" xml:"ChatId"` // group chat
}

func (e ChatTokenEvent) masked() any {
	type plain ChatTokenEvent
	e.Token = redact.Mask(e.Token)
	return plain(e)
}

// Format prints the event with its token masked.
func (e ChatTokenEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its token masked.
func (e ChatTokenEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
