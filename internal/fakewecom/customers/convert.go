package customers

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// pendingLife is how long a pending_id is good.
const pendingLife = 90 * 24 * time.Hour

// pending stands for a unionid whom no member has added yet.
type pending struct {
	id   string
	made time.Time
}

// derived is an id that is always the same for the same things.
func derived(prefix string, of ...string) string {
	const most = 27
	h := sha256.New()
	for _, s := range of {
		h.Write([]byte(s + "\x00"))
	}
	return prefix + hex.EncodeToString(h.Sum(nil))[:most]
}

// reachable finds a customer by unionid: one of a visible member, or in a group of one.
func (b *book) reachable(unionId string) (externalId string) {
	for _, c := range b.known {
		if c.UnionId != unionId || ofWeCom(c.ExternalUserId) {
			continue
		}
		inGroup := slices.ContainsFunc(b.chats, func(g *chat) bool { return b.sees(g.owner) && g.member(c.ExternalUserId) != nil })
		if inGroup || len(b.followersOf(c.ExternalUserId)) > 0 {
			return c.ExternalUserId
		}
	}
	return ""
}

func customerOfUnionId(a *ask) (obj, error) {
	id := a.reachable(a.Str("unionid"))
	if id == "" {
		return nil, platform.Refuse(codeNoCustomer, "not external contact")
	}
	return obj{"external_userid": id}, nil
}

// convertUnionId gives who is no customer a pending_id.
func convertUnionId(a *ask) (obj, error) {
	unionId := a.Str("unionid")
	if id := a.reachable(unionId); id != "" {
		return obj{"external_userid": id}, nil
	}
	p, ok := a.pending[unionId]
	if !ok || a.Now().Sub(p.made) >= pendingLife {
		p = pending{a.cs.host.NewId("p", 31), a.Now()}
		a.pending[unionId] = p
	}
	return obj{"pending_id": p.id}, nil
}

// pendingOfCustomers says which pending_id the customers had before, if they had one; with a
// chat_id, those in that group.
func pendingOfCustomers(a *ask) (obj, error) {
	list := []obj{}
	for _, id := range a.Strs("external_userid") {
		c, ok := a.find(id)
		if chatId := a.Str("chat_id"); !ok || chatId != "" && !a.isIn(chatId, id) {
			continue
		}
		if p, ok := a.pending[c.UnionId]; ok && a.Now().Sub(p.made) < pendingLife {
			list = append(list, obj{"external_userid": id, "pending_id": p.id})
		}
	}
	return obj{"result": list}, nil
}

// isIn reports whether somebody is in a group.
func (b *book) isIn(chatId, id string) bool {
	c := b.chat(chatId)
	return c != nil && c.member(id) != nil
}

func openidOfCustomer(a *ask) (obj, error) {
	id := a.Str("external_userid")
	c, ok := a.find(id)
	switch err := a.looksRight(id); {
	case err != nil:
		return nil, err
	case ofWeCom(id):
		return nil, platform.Refuse(codeNoWeChat, "not a customer of WeChat")
	case !ok || len(a.followersOf(id)) == 0:
		return nil, platform.Refuse(codeNoCustomer, "not external contact")
	}
	return obj{"openid": derived("o", a.corp.Id, c.UnionId, id)}, nil
}

// openGid is the id of a group in WeChat.
func (b *book) openGid(chatId string) string { return derived("tJ", b.corp.Id, chatId) }

func chatOfOpenGid(a *ask) (obj, error) {
	for _, c := range a.book.chats {
		if a.openGid(c.id) == a.Str("opengid") && a.sees(c.owner) && !c.dismissed {
			return obj{"chat_id": c.id}, nil
		}
	}
	return nil, platform.Refuse(codeNoGroup, "invalid opengid")
}
