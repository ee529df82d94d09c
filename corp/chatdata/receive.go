package chatdata

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/token"
)

// SetReceiveCallback 设置专区接收回调事件: chooses the program that gets the zone's events of
// this app. An app has one such program, the one that was set last. Without it no program gets
// events, not even in debug mode.
//
// Errors: 790020 not linked to the app, 710645 no such program, or not in a normal state.
// https://developer.work.weixin.qq.com/document/path/99850
func SetReceiveCallback(api *token.Api, programId string) error {
	req := programReq{programId}
	return cgi.Do(api, cgi.Write("chatdata/set_receive_callback"), req, req.check())
}
