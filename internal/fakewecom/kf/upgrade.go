package kf

import (
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Upgrade is whom the corp has configured under 升级服务: specialists and customer groups.
type Upgrade struct {
	UserIds       []string
	DepartmentIds []int64
	ChatIds       []string
}

// SetKfUpgrade configures 升级服务 of a corp.
func (s *Service) SetKfUpgrade(corpId string, to Upgrade) (err error) {
	s.host.Locked(func() {
		corp := s.host.Corp(corpId)
		if corp == nil {
			err = fmt.Errorf("fakewecom: no corp %q", corpId)
			return
		}
		for _, id := range to.UserIds {
			if err = corp.There(id); err != nil {
				return
			}
		}
		s.upgrades[corpId] = &to
		s.host.Note(platform.ChangedKfAccount, "", corpId, "")
	})
	return err
}

// KfUpgrade is what a corp has configured under 升级服务.
func (s *Service) KfUpgrade(corpId string) (out Upgrade) {
	s.host.Locked(func() { out = s.upgradesOf(corpId) })
	return out
}

func (s *Service) upgradeHandlers() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/kf/customer/get_upgrade_service_config": s.getUpgrades,
		"/cgi-bin/kf/customer/upgrade_service":            s.conversing("external_userid", s.upgrade),
		"/cgi-bin/kf/customer/cancel_upgrade_service":     s.conversing("external_userid", cancelUpgrade),
	}
}

func (s *Service) upgradesOf(corpId string) Upgrade {
	if u := s.upgrades[corpId]; u != nil {
		return *u
	}
	return Upgrade{}
}

func (s *Service) getUpgrades(c *platform.Call) (platform.Obj, error) {
	u := s.upgradesOf(c.Corp().Id)
	return obj{
		"member_range":    obj{"userid_list": listOf(u.UserIds), "department_id_list": listOf(u.DepartmentIds)},
		"groupchat_range": obj{"chat_id_list": listOf(u.ChatIds)},
	}, nil
}

// listOf is never null in JSON.
func listOf[T any](list []T) []T { return append([]T{}, list...) }

// upgrade shows a recommendation to the servicer: nothing that an API or the customer sees.
func (s *Service) upgrade(c *platform.Call, _ *conversation) (obj, error) {
	u := s.upgradesOf(c.Corp().Id)
	member, _ := c.Body()["member"].(obj)
	group, _ := c.Body()["groupchat"].(obj)
	switch kind := c.Int("type"); {
	case kind == 1 && member != nil:
		return nil, u.offers(c.Corp(), text(member, "userid"))
	case kind == 2 && group != nil:
		if !slices.Contains(u.ChatIds, text(group, "chat_id")) {
			return nil, platform.Refuse(codeNotUpgradable, "the group is not configured")
		}
		return nil, nil
	}
	return nil, platform.BadParam("invalid Request Parameter, type 1 needs member and type 2 groupchat")
}

func text(o obj, key string) string {
	v, _ := o[key].(string)
	return v
}

// offers refuses a member who can't be recommended.
func (u Upgrade) offers(corp *platform.Corp, userId string) error {
	m, ok := corp.Member(userId)
	switch {
	case !ok || !m.Visible():
		return platform.Refuse(codeNoUser, "userid not found")
	case slices.Contains(u.UserIds, userId) || slices.ContainsFunc(u.DepartmentIds, func(id int64) bool { return slices.Contains(m.In(), id) }):
		return nil
	}
	return platform.Refuse(codeNotUpgradable, "the member is not configured")
}

// cancelUpgrade takes a recommendation back, if there is one.
func cancelUpgrade(*platform.Call, *conversation) (obj, error) { return nil, nil }
