package kf

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// States of a conversation. It lasts 48 hours, or until a servicer or the app ends it.
const (
	StateNew       = 0 // nobody has taken it
	StateAssistant = 1 // with the assistant: the app answers
	StatePool      = 2 // waits in the pool
	StateServicer  = 3 // with a servicer
	StateEnded     = 4 // ended, or not begun
)

type stateReq struct {
	OpenKfId       string `json:"open_kfid"`
	ExternalUserId string `json:"external_userid"`
}

func (r stateReq) check() error {
	return cmp.Or(checkAccount(r.OpenKfId), check.Required("external_userid", r.ExternalUserId))
}

// State is the state of a conversation.
type State struct {
	ServiceState   int    `json:"service_state"`
	ServicerUserId string `json:"servicer_userid"` // of StateServicer
}

// ServiceStateGet 获取会话状态: says who has the conversation with a customer.
//
// Errors: 40096 no such customer.
// https://developer.work.weixin.qq.com/document/path/94698
func ServiceStateGet(api *token.Api, openKfId, externalUserId string) (*State, error) {
	req := stateReq{openKfId, externalUserId}
	return cgi.Call[State](api, cgi.Read("kf/service_state/get").Needing("service_state"), req, req.check())
}

type transReq struct {
	stateReq
	ServiceState   int    `json:"service_state"`
	ServicerUserId string `json:"servicer_userid,omitempty"`
}

type transRes struct {
	MsgCode string `json:"msg_code"`
}

// ServiceStateTrans 变更会话状态: assigns the conversation with a customer to the assistant, the
// pool, or a servicer, who must be receiving; or ends it. The msgCode, if there is one, is for
// [SendMsgOnEvent]: valid for 48 hours after a first move to the pool or a servicer, 20 seconds
// after an end.
//
// Only a message of the customer or of a servicer leads out of [StateEnded]. Errors: 95013 it is
// over, 95014 no servicer of the account, 95016 not allowed from the present state, 95019 not
// receiving.
// https://developer.work.weixin.qq.com/document/path/94698
func ServiceStateTrans(api *token.Api, openKfId, externalUserId string, to State) (msgCode string, err error) {
	req := transReq{stateReq{openKfId, externalUserId}, to.ServiceState, to.ServicerUserId}
	res, err := cgi.Call[transRes](api, cgi.Write("kf/service_state/trans"), req, req.check(), to.check())
	if err != nil {
		return "", err
	}
	return res.MsgCode, nil
}

func (s State) check() error {
	if s.ServiceState == StateServicer && s.ServicerUserId == "" {
		return fmt.Errorf("wecom: servicer_userid is empty: service_state %d needs it", StateServicer)
	}
	return check.Between("service_state", s.ServiceState, StateNew, StateEnded)
}
