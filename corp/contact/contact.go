// Package contact is the address book of a customer's corp (通讯录管理): members, departments,
// tags, import and export.
//
// An app reads what lies in its visible range. Third-party apps get ids, departments and
// states, hardly more: names are shown by WeCom's own display component, and userids are the
// encrypted ones. Who may write is said at each function: mostly only a provider that the corp
// has authorised to edit its address book (通讯录编辑授权), and customised apps never. Calls
// that need a right the app has not got fail with 48002; members and departments that it does
// not see with 60011, 60111 or 60123.
package contact

import (
	"net/url"
	"strconv"

	"github.com/gothird/wecom/internal/check"
)

// number is the query with an id.
func number(name string, id int64) url.Values {
	return query(name, strconv.FormatInt(id, 10))
}

func checkUser(userId string) error { return check.Id("userid", userId, 64) }

func query(name, value string) url.Values { return url.Values{name: {value}} }
