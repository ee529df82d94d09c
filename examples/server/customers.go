package main

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
)

func (s *Server) me(w http.ResponseWriter, v visit) error {
	in, err := v.api.Installation()
	if err != nil {
		return err
	}
	return s.show(w, "me", view{Title: in.CorpName, Member: v.who, Data: v.FormValue("sent") != ""})
}

const maxMessage = 2048 // bytes, of WeCom

// message sends the member a message of the app.
func (s *Server) message(w http.ResponseWriter, v visit) error {
	text := strings.TrimSpace(v.FormValue("text"))
	if text == "" || len(text) > maxMessage {
		return &problem{http.StatusBadRequest, "请输入消息内容，最多 2048 字节。"}
	}
	if _, err := message.Send(v.api, message.Message{ToUser: []string{v.who.User}, Content: message.Content{Text: &wire.Text{Content: text}}}); err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/me?sent=1", http.StatusSeeOther)
	return nil
}

const maxRows = 200

// customers lists the customers of the member; for an administrator, of the whole corp.
func (s *Server) customers(w http.ResponseWriter, v visit) error {
	admin, err := v.admin()
	if err != nil {
		return err
	}
	all := externalcontact.AllByUser(v.api, []string{v.who.User})
	if admin {
		all = externalcontact.AllCustomers(v.api)
	}
	var data struct {
		Rows       []externalcontact.UserCustomer
		Cut        bool
		Unlicensed []string // members whose customers WeCom does not show
	}
	for row, err := range all {
		var unlicensed *externalcontact.Unlicensed
		if errors.As(err, &unlicensed) {
			data.Unlicensed = unlicensed.UserIds
			break
		}
		if err != nil {
			return err
		}
		if data.Cut = len(data.Rows) == maxRows; data.Cut {
			break
		}
		data.Rows = append(data.Rows, row)
	}
	return s.show(w, "customers", view{Title: "客户", Member: v.who, Data: data})
}
