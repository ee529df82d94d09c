package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Chat archive (会话内容存档). msgaudit_notify only says that there are new messages:
// [BareEvent]. Single-chat consent in Event form is change_external_contact with
// [KCtMsgAuditApproved].
const (
	KItConversationNewMessage         EventKind = "conversation_new_message"
	KItHitKeyword                     EventKind = "hit_keyword"
	KItChatArchiveExportFinished      EventKind = "chat_archive_export_finished" // a [JobEvent]
	KItChatArchiveAuditApprovedSingle EventKind = "chat_archive_audit_approved_single"
	KItChatArchiveAuditApprovedRoom   EventKind = "chat_archive_audit_approved_room"
	KItMsgAuditNotify                 EventKind = "msgaudit_notify"
)

// ChatTokenEvent: new messages, or a keyword was hit; the token fetches them within ten
// minutes. It arrives on the App URL (instruction).
// https://developer.work.weixin.qq.com/document/path/97085
type ChatTokenEvent struct {
	Token string `json:"Token" xml:"Token"`
}

// ChatAuditEvent: a contact agreed to the archive, in a single chat or in a group. It
// arrives on the App URL (instruction).
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

// LogValue is the event with its token masked.
func (e ChatTokenEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
