// Package kf is the customer service (微信客服) of a customer's corp: its accounts, who
// answers, the conversations with customers, their messages, and figures.
//
// The event kf_msg_or_event says that an account has new messages; [AllMsg] reads them.
// [SendMsg] answers. The app manages those accounts that the corp has opened to it (others:
// error 48007), and their servicers must be in its visible range. In third-party apps userids
// are the encrypted ones.
package kf

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
)

func checkAccount(openKfId string) error { return check.Id("open_kfid", openKfId, 64) }

// checkPlain returns an error for a text that is longer than 32 bytes, or has other
// characters than 0-9a-zA-Z_-.
func checkPlain(field, value string) error {
	return cmp.Or(check.Plain(field, value, "_-"), check.Bytes(field, value, 32))
}
