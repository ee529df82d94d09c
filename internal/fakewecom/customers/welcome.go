package customers

import (
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// welcomeLife is how long a welcome code is good.
const welcomeLife = 20 * time.Second

// welcome is what a welcome code stands for.
type welcome struct {
	relation *Relation
	suite    string // the app that was told the code
	expires  time.Time
}

// Message is what has reached a customer.
type Message struct {
	Id             string
	Time           time.Time
	CorpId         string
	SuiteId        string // the app that has sent it, or asked for it
	UserId         string // the member from whom it comes
	ExternalUserId string
	Kind           string          // text, image, link, …
	Content        json.RawMessage // the object of its kind
}

// welcomeFields are the ends of an event about a new customer. Each app gets a code of its
// own; there is none for users of WeCom, nor after a welcome at half.
func (cs *Customers) welcomeFields(b *book, r *Relation, in *platform.Install) (fields []platform.Field) {
	if r.State != "" {
		fields = append(fields, platform.Text("State", r.State))
	}
	if ofWeCom(r.ExternalUserId) || r.welcomed {
		return fields
	}
	code := cs.host.NewId("wc", 30)
	b.welcomes[code] = &welcome{r, in.SuiteId(), cs.host.Now().Add(welcomeLife)}
	return append(fields, platform.Text("WelcomeCode", code))
}

// sendWelcome sends a message by its code. Of several apps the first one counts.
func sendWelcome(a *ask) (obj, error) {
	parts, err := a.parts()
	if err != nil {
		return nil, err
	}
	w := a.welcomes[a.Str("welcome_code")]
	switch {
	case w == nil || w.suite != a.SuiteId() || !a.sees(w.relation.UserId) || a.relation(w.relation.UserId, w.relation.ExternalUserId) != w.relation:
		return nil, platform.Refuse(codeWelcomeCode, "invalid welcome code")
	case w.relation.welcomed:
		return nil, platform.Refuse(codeWelcomed, "welcome msg has been distributed")
	case !a.Now().Before(w.expires) || w.relation.Lost:
		return nil, platform.Refuse(codeWelcomeCode, "welcome code expired")
	}
	w.relation.welcomed = true
	a.cs.deliver(a.book, a.SuiteId(), w.relation.UserId, w.relation.ExternalUserId, parts)
	return nil, nil
}

// part is a message of one kind.
type part struct {
	kind    string
	content json.RawMessage
}

// parts are what a request has for a customer: the text and each attachment are messages of
// their own.
func (a *ask) parts() (parts []part, err error) {
	text, _ := a.Body()["text"].(obj)
	if content, _ := text["content"].(string); content != "" {
		parts = append(parts, newPart("text", text))
	}
	attachments, _ := a.Body()["attachments"].([]any)
	for _, v := range attachments {
		attachment, _ := v.(obj)
		kind, _ := attachment["msgtype"].(string)
		content, ok := attachment[kind].(obj)
		switch kind {
		case "image", "link", "miniprogram", "video", "file":
		default:
			return nil, platform.Refuse(codeAttachmentType, "invalid attachment type")
		}
		if !ok {
			return nil, platform.BadParam("invalid Request Parameter, the object of msgtype %s is missing", kind)
		}
		if !a.hasFiles(content) {
			return nil, platform.Refuse(codeBadMedia, "invalid media_id")
		}
		parts = append(parts, newPart(kind, content))
	}
	if len(parts) == 0 {
		return nil, platform.BadParam("text and attachments are empty")
	}
	return parts, nil
}

// hasFiles reports whether the files that an attachment names are there.
func (a *ask) hasFiles(content obj) bool {
	for _, name := range []string{"media_id", "pic_media_id"} {
		id, _ := content[name].(string)
		if id == "" {
			continue
		}
		if _, _, ok := a.cs.files.Uploaded(a.corp.Id, id); !ok {
			return false
		}
	}
	return true
}

func newPart(kind string, content obj) part {
	text, _ := json.Marshal(content) // it was decoded from JSON
	return part{kind, text}
}

// deliver lets messages reach a customer.
func (cs *Customers) deliver(b *book, suiteId, userId, externalId string, parts []part) {
	cs.changed(b, externalId)
	for _, p := range parts {
		b.messages = append(b.messages, Message{cs.host.NewId("msg-", 40), cs.host.Now(), b.corp.Id, suiteId, userId, externalId, p.kind, p.content})
	}
}

// MessagesToCustomer lists what has reached a customer, the oldest first.
func (cs *Customers) MessagesToCustomer(corpId, externalId string) (list []Message) {
	cs.host.Locked(func() {
		if b := cs.books[corpId]; b != nil {
			for _, m := range b.messages {
				if m.ExternalUserId == externalId {
					list = append(list, m)
				}
			}
		}
	})
	return list
}
