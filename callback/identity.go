package callback

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/wexml"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// noticeWork is what an Inbox knows of a notice beyond what was pushed.
type noticeWork struct {
	key       string
	route     string // of the URL that it came on
	suite     string // of the Handler, on a System URL
	installed bool   // the receive id is a corp, which must have an installation
	permanent *service.Permanent
	removed   *token.Installation
}

// Permanent is the authorisation that create_auth and reset_permanent_code brought, also
// after a restart; nil for all others.
func (n *Notice) Permanent() *service.Permanent { return n.work.permanent }

// Removed is the installation that cancel_auth took away. It is nil for all others, and for
// a cancel_auth that took none: the corp has installed the app again since, or another
// notice was faster.
func (n *Notice) Removed() *token.Installation { return n.work.removed }

// Key tells a notice from all others, and is the same when it comes again. It holds no
// secret. A notice that only says that something has changed may be pushed twice with the
// same content: then the Inbox tells the two apart, and [Parse] alone does not.
func (n *Notice) Key() string {
	if n.work.key != "" {
		return n.work.key
	}
	return n.Kind() + "/" + cmp.Or(n.identity(cmp.Or(n.work.route, n.SuiteId)), fingerprint(string(n.Raw)))
}

// fingerprint tells texts apart without showing them.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// identity is the same for all deliveries of what is processed once; "" for notices that
// only say that something has changed. Orders, jobs and registrations are told on the URLs
// of a suite and of the provider, and are processed once.
func (n *Notice) identity(route string) string {
	what, id := n.identifier()
	if id == "" {
		return ""
	}
	if idOf(n.Content) != "" {
		route = ""
	}
	return fingerprint(route, what, id)
}

// identifier finds the id of what a notice is about, and of what kind it is.
func (n *Notice) identifier() (what, id string) {
	switch e := n.Content.(type) {
	case *AuthEvent:
		return "AuthCode", e.AuthCode
	case *ExternalContactEvent:
		return "WelcomeCode", e.WelcomeCode
	case *TemplateCardEvent:
		return "ResponseCode", e.ResponseCode
	}
	if n.isMessage() {
		id = n.element("MsgId")
		if id == "" || id == "0" {
			return "", ""
		}
		return "MsgId", n.CorpId() + " " + id
	}
	return n.Kind(), idOf(n.Content)
}

// idOf is the id of an order, a job or a registration.
func idOf(content any) string {
	switch e := content.(type) {
	case *AppOrderEvent:
		return cmp.Or(e.NewOrderId, e.OrderId)
	case *LicensePayEvent:
		return e.OrderId
	case *LicenseRefundEvent:
		return withStatus(e.OrderId, e.OrderStatus)
	case *AdvancedApiEvent:
		return withStatus(e.OrderId, e.OrderStatus)
	case *BatchJobEvent:
		return e.BatchJob.JobId
	case *JobEvent:
		return e.JobId
	case *RegisterCorpEvent:
		return e.RegisterCode
	}
	return ""
}

func withStatus(orderId string, status int) string {
	if orderId == "" {
		return ""
	}
	return orderId + " " + strconv.Itoa(status)
}

// isMessage reports whether a notice is what a member has written.
func (n *Notice) isMessage() bool { return n.InfoType == "" && n.MsgType != "" && n.MsgType != "event" }

// element is the text of an element directly inside the root, of types that are known and
// of such that are not.
func (n *Notice) element(name string) string {
	text, _ := wexml.Text(n.Raw, name)
	return strings.TrimSpace(text)
}

// same is the same for notices of which one that waits says it all.
func (n *Notice) same(route string) string {
	if e, ok := n.Content.(*KfMsgEvent); ok && e.OpenKfId != "" {
		return fingerprint(route, n.Kind(), n.CorpId(), e.OpenKfId)
	}
	return fingerprint(route, n.ReceiveId, string(n.Raw))
}

// lane has the notices that are processed one after the other. What names no corp is alone.
func (n *Notice) lane(identity, same string) string {
	corp := n.CorpId()
	if corp == "" {
		return "~" + cmp.Or(identity, same)
	}
	if n.isMessage() || isMenu(n.Content) {
		return corp + "/" + n.FromUserName
	}
	return corp
}

// isMenu reports whether an event is what a member has clicked.
func isMenu(content any) bool {
	switch content.(type) {
	case *MenuEvent, *LocationEvent, *ScanCodeEvent, *PicEvent, *LocationSelectEvent, *TaskCardEvent, *TemplateCardEvent:
		return true
	}
	return false
}

// bringsAuthCode reports whether a notice is create_auth or reset_permanent_code.
func (n *Notice) bringsAuthCode() bool {
	e, ok := n.Content.(*AuthEvent)
	return ok && e.AuthCode != "" && (n.InfoType == KItCreateAuth || n.InfoType == KItResetPermanentCode)
}

// isUrgent reports whether a notice brings what lives for minutes or seconds only.
func (n *Notice) isUrgent() bool {
	e, ok := n.Content.(*ExternalContactEvent)
	return n.bringsAuthCode() || ok && e.WelcomeCode != ""
}
