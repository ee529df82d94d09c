package externalcontact

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// FollowInfo is a member who follows a customer, with the ids of tags only.
type FollowInfo struct {
	Follow
	TagId []string `json:"tag_id"` // of the corp and of rule groups; names: GetCorpTagList
}

// UserCustomer is a customer of one member. A customer of several members occurs once for each.
type UserCustomer struct {
	ExternalContact Contact    `json:"external_contact"`
	FollowInfo      FollowInfo `json:"follow_info"`
}

type byUserReq struct {
	UserIdList []string `json:"userid_list"`
	Cursor     string   `json:"cursor,omitempty"`
	Limit      int      `json:"limit,omitempty"`
}

// UserCustomerPage is one page of [BatchGetByUser].
type UserCustomerPage struct {
	ExternalContactList []UserCustomer `json:"external_contact_list"`
	NextCursor          string         `json:"next_cursor"` // "" on the last page
	FailInfo            FailInfo       `json:"fail_info"`
}

// FailInfo lists the members whose customers are missing.
type FailInfo struct {
	UnlicensedUserIdList []string `json:"unlicensed_userid_list"` // no valid licence (互通账号)
}

const (
	maxUsers         = 100 // of one request
	maxUserCustomers = 100 // of one page

	codeUnlicensed  = 701008 // none of the members has a licence
	codeNoCustomers = 84061  // none of the members has a customer
)

// BatchGetByUser 批量获取客户详情: reads one page of the customers of at most 100 members; limit
// is at most 100, 0 means 50. Members without a valid licence are left out: see FailInfo.
// [AllByUser] and [AllCustomers] read all pages.
//
// Errors: 701008 no member has a licence, 84061 no customers, 40031 wrong userids, 60011 not in
// the visible range, 48011 the member is not active enough.
// https://developer.work.weixin.qq.com/document/path/93010
func BatchGetByUser(api *token.Api, userIds []string, cursor string, limit int) (*UserCustomerPage, error) {
	return cgi.Call[UserCustomerPage](api, cgi.Read("externalcontact/batch/get_by_user"), byUserReq{userIds, cursor, limit},
		check.Ids("userid_list", userIds, maxUsers), check.Limit(limit, maxUserCustomers))
}

// Unlicensed is the last error of [AllByUser] and [AllCustomers]: all customers were walked
// except those of members without a valid licence (互通账号). It is a token.Code 701008.
type Unlicensed struct {
	UserIds []string
}

// Error names the members.
func (e *Unlicensed) Error() string {
	return fmt.Sprintf("wecom: the customers of users without a licence are left out: %q", e.UserIds)
}

// Is reports whether target is WeCom's code for members without a licence.
func (e *Unlicensed) Is(target error) bool { return target == token.Code(codeUnlicensed) }

// AllByUser walks all customers of any number of members: each customer once for each member. It
// stops at the first error. Members without customers or without a licence do not stop it: an
// *[Unlicensed] comes at the end.
func AllByUser(api *token.Api, userIds []string) iter.Seq2[UserCustomer, error] {
	return func(yield func(UserCustomer, error) bool) {
		w := userWalk{api, map[string]struct{}{}}
		for c, err := range inParts(userIds, maxUsers, w.part) {
			if !yield(c, err) || err != nil {
				return
			}
		}
		if len(w.unlicensed) > 0 {
			yield(UserCustomer{}, &Unlicensed{slices.Sorted(maps.Keys(w.unlicensed))})
		}
	}
}

// AllCustomers walks the customers of all members who may use customer contact, as [AllByUser]
// does.
func AllCustomers(api *token.Api) iter.Seq2[UserCustomer, error] {
	return func(yield func(UserCustomer, error) bool) {
		userIds, err := GetFollowUserList(api)
		switch {
		case err != nil:
			yield(UserCustomer{}, err)
		case len(userIds) > 0:
			AllByUser(api, userIds)(yield)
		}
	}
}

// userWalk is one walk of [AllByUser].
type userWalk struct {
	api        *token.Api
	unlicensed map[string]struct{} // every page repeats them
}

// part walks the customers of at most 100 members.
func (w userWalk) part(userIds []string) iter.Seq2[UserCustomer, error] {
	return walk(w.api, func(cursor string) (*UserCustomerPage, error) {
		page, err := BatchGetByUser(w.api, userIds, cursor, maxUserCustomers)
		switch {
		case errors.Is(err, token.Code(codeUnlicensed)):
			return &UserCustomerPage{FailInfo: FailInfo{userIds}}, nil
		case errors.Is(err, token.Code(codeNoCustomers)):
			return &UserCustomerPage{}, nil
		}
		return page, err
	}, func(p *UserCustomerPage) ([]UserCustomer, string) {
		for _, id := range p.FailInfo.UnlicensedUserIdList {
			w.unlicensed[id] = struct{}{}
		}
		return p.ExternalContactList, p.NextCursor
	})
}
