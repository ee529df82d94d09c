package callback

// Mail (邮件), on 数据回调URL.
const (
	KItAppEmailChange    EventKind = "app_email_change"
	KItPublicEmailChange EventKind = "public_email_change"
)

// KCtReceiveEmail is the only ChangeType of mail events, on 数据回调URL.
const KCtReceiveEmail EventKind = "receive_email"

// MailEvent 收到邮件: the app's own mailbox, or a public one of the corp, has new mail. It
// arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97517
type MailEvent struct {
	Id     int64 `json:"Id" xml:"Id"`         // of the public mailbox
	Amount int   `json:"Amount" xml:"Amount"` // number of new mails
}
