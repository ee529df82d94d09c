package kf

import (
	"net/url"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	maxName     = 16  // characters
	maxMediaId  = 128 // bytes
	mostListed  = 100
	contactPage = "https://work.weixin.qq.com/kf/"
)

// account is an account of customer service (客服账号).
type account struct {
	corpId, id, name, avatar string

	managers      map[string]bool   // suites to which the corp has opened it
	page          string            // the end of its link
	scenes        map[string]string // by enc_scene
	servicers     []servicer
	resting       map[string]int // why members do not receive, see the constants
	log           []entry        // the oldest first
	conversations []*conversation
	msgIds        map[string]bool // of what apps have sent
}

// add makes an account.
func (s *Service) add(corpId, name string) *account {
	a := &account{corpId: corpId, id: s.host.NewId("wk", 30), name: name, managers: map[string]bool{}, scenes: map[string]string{}, resting: map[string]int{}, msgIds: map[string]bool{}}
	a.page, a.avatar = s.host.NewId("kfc", 18), s.newAvatar()
	s.accounts = append(s.accounts, a)
	s.host.Note(platform.ChangedKfAccount, "", corpId, a.id)
	return a
}

func (s *Service) newAvatar() string {
	return "https://wework.qpic.cn/wwpic/" + s.host.NewId("", 16) + "/0"
}

func (a *account) manages(suiteId string) error {
	if !a.managers[suiteId] {
		return platform.Refuse(codeNotManaged, "no privilege to manage the kf account")
	}
	return nil
}

// addAccount makes an account, which the app manages from then on.
func (s *Service) addAccount(c *platform.Call) (platform.Obj, error) {
	if err := checkLooks(c); err != nil {
		return nil, err
	}
	a := s.add(c.Corp().Id, c.Str("name"))
	a.managers[c.SuiteId()] = true
	return obj{"open_kfid": a.id}, nil
}

// checkLooks refuses names and avatars that do not do.
func checkLooks(c *platform.Call) error {
	switch {
	case utf8.RuneCountInString(c.Str("name")) > maxName:
		return platform.Refuse(codeAccountName, "invalid kf account name")
	case len(c.Str("media_id")) > maxMediaId:
		return platform.Refuse(codeBadMedia, "invalid media_id")
	}
	return nil
}

// listAccounts lists those of the corp, also those that the app does not manage.
func (s *Service) listAccounts(c *platform.Call) (platform.Obj, error) {
	limit := c.Int("limit")
	if limit == 0 {
		limit = mostListed
	}
	from := c.Int("offset")
	if limit < 0 || limit > mostListed || from < 0 {
		return nil, platform.BadParam("invalid offset or limit")
	}
	list := []obj{}
	for _, a := range s.accounts {
		if a.corpId != c.Corp().Id {
			continue
		}
		if from--; from < 0 && int64(len(list)) < limit {
			list = append(list, obj{"open_kfid": a.id, "name": a.name, "avatar": a.avatar, "manage_privilege": a.managers[c.SuiteId()]})
		}
	}
	return obj{"account_list": list}, nil
}

func (s *Service) updateAccount(c *platform.Call, a *account) (obj, error) {
	if err := checkLooks(c); err != nil {
		return nil, err
	}
	if name := c.Str("name"); name != "" {
		a.name = name
	}
	if c.Str("media_id") != "" {
		a.avatar = s.newAvatar()
	}
	return nil, nil
}

// delAccount ends an account and what was said there.
func (s *Service) delAccount(_ *platform.Call, a *account) (obj, error) {
	if !slices.ContainsFunc(s.accounts, func(o *account) bool { return o.corpId == a.corpId && o != a }) {
		return nil, platform.Refuse(codeLastAccount, "kf account count limit")
	}
	s.accounts = slices.DeleteFunc(s.accounts, func(o *account) bool { return o == a })
	return nil, nil
}

// addContactWay gives the link of an account. One scene has one link.
func (s *Service) addContactWay(c *platform.Call, a *account) (obj, error) {
	scene := c.Str("scene")
	if scene == "" {
		return obj{"url": contactPage + a.page}, nil
	}
	if !isPlain(scene) {
		return nil, platform.BadParam("invalid scene")
	}
	for mark, known := range a.scenes {
		if known == scene { // no other has it
			return obj{"url": a.link(mark)}, nil
		}
	}
	mark := s.host.NewId("ENC", 30)
	a.scenes[mark] = scene
	return obj{"url": a.link(mark)}, nil
}

func (a *account) link(mark string) string {
	return contactPage + a.page + "?" + url.Values{"enc_scene": {mark}}.Encode()
}

var plain = regexp.MustCompile(`^[0-9a-zA-Z_-]{1,32}$`)

// isPlain reports whether a text can be a scene or a msgid.
func isPlain(text string) bool { return plain.MatchString(text) }
