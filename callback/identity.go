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

// noticeWork is what an Inbox knows about a notice besides its content.
type noticeWork struct {
	key       string
	route     string // route of its URL
	suite     string // suite of the Handler, for a System URL
	forCorp   bool   // the receive id is a corp, so functions wait until it has an installation
	permanent *service.Permanent
	removed   *token.Installation
}

// Permanent returns the authorisation that create_auth or reset_permanent_code brought, also
// after a restart; nil for other notices. Its permanent code is the one that is valid when the
// function runs.
func (n *Notice) Permanent() *service.Permanent { return n.work.permanent }

// Removed returns the installation that cancel_auth removed. It is nil for other notices,
// and for a cancel_auth that removed none. n.Api.Installation() then says why: if it returns
// an installation, the corp still gets tokens, most likely because it has installed the app
// again; if it returns token.ErrNotInstalled, another notice had removed the installation
// before, or a RemoveIfLost or RemoveInstallation of your own.
func (n *Notice) Removed() *token.Installation { return n.work.removed }

// Key identifies a notice, and is the same when WeCom repeats the push. It holds no secret.
// Two notices that only say that something has changed may have the same content: in an
// Inbox they have different keys, from [Parse] the same one.
func (n *Notice) Key() string {
	if n.work.key != "" {
		return n.work.key
	}
	return n.Kind() + "/" + cmp.Or(n.identity(cmp.Or(n.work.route, n.SuiteId)), fingerprint(string(n.Raw)))
}

// fingerprint returns a short hash of texts, which does not show them.
func fingerprint(parts ...string) string { return hashOf(strings.Join(parts, "\x00"), nil) }

// hashOf returns the hash of a text and the document after it, of which it makes no copy.
func hashOf(text string, document []byte) string {
	h := sha256.New()
	h.Write([]byte(text))
	h.Write(document)
	var sum [sha256.Size]byte
	return hex.EncodeToString(h.Sum(sum[:0]))
}

// identity is the same for all pushes of one event that must be processed once; "" for
// notices that only say that something has changed. Orders, jobs and registrations may come
// on the URLs of the suite and of the provider, and are processed once.
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

// identifier returns the id that identifies a notice, and the kind of that id.
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

// idOf returns the id of an order, a job or a registration.
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

// isMessage reports whether a notice is a message of a member.
func (n *Notice) isMessage() bool { return n.InfoType == "" && n.MsgType != "" && n.MsgType != "event" }

// element returns the text of an element directly inside the root, for known and unknown
// types.
func (n *Notice) element(name string) string {
	text, _ := wexml.Text(n.Raw, name)
	return strings.TrimSpace(text)
}

// same is equal for notices of which only one needs to wait in the queue.
func (n *Notice) same(route string) string {
	if e, ok := n.Content.(*KfMsgEvent); ok && e.OpenKfId != "" {
		return fingerprint(route, n.Kind(), n.CorpId(), e.OpenKfId)
	}
	return hashOf(route+"\x00"+n.ReceiveId+"\x00", n.Raw)
}

// lane returns the lane of a notice. A notice that names no corp has a lane of its own.
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

// isMenu reports whether an event is a click of a member.
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

// isUrgent reports whether a notice carries a code that is valid for minutes or seconds
// only.
func (n *Notice) isUrgent() bool {
	e, ok := n.Content.(*ExternalContactEvent)
	return n.bringsAuthCode() || ok && e.WelcomeCode != ""
}
