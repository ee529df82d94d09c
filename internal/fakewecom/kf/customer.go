package kf

import (
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const mostCustomers = 100 // of a call

// getCustomers tells of who came or wrote lately, to any account of the corp.
func (s *Service) getCustomers(c *platform.Call) (platform.Obj, error) {
	ids := c.Strs("external_userid_list")
	if len(ids) == 0 || len(ids) > mostCustomers {
		return nil, platform.BadParam("invalid external_userid_list, 1 to %d", mostCustomers)
	}
	list, invalid := []obj{}, []string{}
	for _, id := range ids {
		if id == "" || len(id) > maxId {
			return nil, platform.Refuse(codeBadCustomer, "invalid external_userid")
		}
		came, via := s.lately(c.Corp().Id, id)
		if !came {
			invalid = append(invalid, id)
			continue
		}
		o := obj{"external_userid": id, "nickname": s.names[person{c.Corp().Id, id}], "gender": 0}
		if c.Int("need_enter_session_context") == 1 && via != nil {
			o["enter_session_context"] = via
		}
		list = append(list, o)
	}
	return obj{"customer_list": list, "invalid_external_userid": invalid}, nil
}

// lately reports whether a customer came or wrote in the last 48 hours, and by what he came
// last.
func (s *Service) lately(corpId, externalUserId string) (came bool, via obj) {
	var last time.Time
	for _, a := range s.accounts {
		v := a.with(externalUserId)
		if a.corpId != corpId || v == nil {
			continue
		}
		recent := func(at time.Time) bool { return !at.IsZero() && s.host.Now().Sub(at) <= window }
		came = came || recent(v.entered) || recent(v.wrote)
		if recent(v.entered) && !v.entered.Before(last) {
			last, via = v.entered, v.via
		}
	}
	return came, via
}
