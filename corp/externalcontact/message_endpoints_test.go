package externalcontact_test

import (
	"errors"
	"iter"
	"net/url"
	"slices"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
)

func messageRows() []corptest.Row {
	return slices.Concat(corptest.Rows("SendWelcomeMsg", "corp/externalcontact/send_welcome_msg", func(api *token.Api, in struct {
		WelcomeCode string `json:"welcome_code"`
		externalcontact.Message
	}) (any, error) {
		return nil, externalcontact.SendWelcomeMsg(api, in.WelcomeCode, in.Message)
	}), corptest.Rows("AddMsgTemplate", "corp/externalcontact/add_msg_template", func(api *token.Api, in externalcontact.MassMessage) (any, error) {
		return externalcontact.AddMsgTemplate(api, in)
	}))
}

func groupMsgRows() []corptest.Row {
	type message struct{ MsgId string }
	return slices.Concat(corptest.Rows("GetGroupMsgListV2", "corp/externalcontact/get_groupmsg_list_v2", func(api *token.Api, in struct {
		externalcontact.GroupMsgQuery
		page
	}) (any, error) {
		return externalcontact.GetGroupMsgListV2(api, in.GroupMsgQuery, in.Cursor, in.Limit)
	}), sweep("AllGroupMsgs", "get_groupmsg_list_v2", func(api *token.Api) iter.Seq2[externalcontact.GroupMsg, error] {
		return externalcontact.AllGroupMsgs(api, externalcontact.GroupMsgQuery{ChatType: externalcontact.ToGroups, StartTime: 1, EndTime: 2})
	}), corptest.Rows("GetGroupMsgTask", "corp/externalcontact/get_groupmsg_task", func(api *token.Api, in struct {
		message
		page
	}) (any, error) {
		return externalcontact.GetGroupMsgTask(api, in.MsgId, in.Cursor, in.Limit)
	}), sweep("AllGroupMsgTasks", "get_groupmsg_task", func(api *token.Api) iter.Seq2[externalcontact.GroupMsgTask, error] {
		return externalcontact.AllGroupMsgTasks(api, "m")
	}), corptest.Rows("GetGroupMsgSendResult", "corp/externalcontact/get_groupmsg_send_result", func(api *token.Api, in struct {
		message
		page
		UserId string
	}) (any, error) {
		return externalcontact.GetGroupMsgSendResult(api, in.MsgId, in.UserId, in.Cursor, in.Limit)
	}), sweep("AllGroupMsgSends", "get_groupmsg_send_result", func(api *token.Api) iter.Seq2[externalcontact.GroupMsgSend, error] {
		return externalcontact.AllGroupMsgSends(api, "m", "u")
	}), corptest.Rows("RemindGroupMsgSend", "corp/externalcontact/remind_groupmsg_send", func(api *token.Api, in message) (any, error) {
		return nil, externalcontact.RemindGroupMsgSend(api, in.MsgId)
	}), corptest.Rows("CancelGroupMsgSend", "corp/externalcontact/cancel_groupmsg_send", func(api *token.Api, in message) (any, error) {
		return nil, externalcontact.CancelGroupMsgSend(api, in.MsgId)
	}))
}

type template struct {
	TemplateId string `json:"template_id"`
}

func groupWelcomeRows() []corptest.Row {
	return slices.Concat(corptest.Rows("GroupWelcomeTemplateAdd", "corp/externalcontact/group_welcome_template_add", func(api *token.Api, in struct {
		externalcontact.GroupWelcome
		Notify int
	}) (any, error) {
		return externalcontact.GroupWelcomeTemplateAdd(api, in.GroupWelcome, in.Notify == 1)
	}), corptest.Rows("GroupWelcomeTemplateEdit", "corp/externalcontact/group_welcome_template_edit", func(api *token.Api, in struct {
		template
		externalcontact.GroupWelcome
	}) (any, error) {
		return nil, externalcontact.GroupWelcomeTemplateEdit(api, in.TemplateId, in.GroupWelcome)
	}), corptest.Rows("GroupWelcomeTemplateGet", "corp/externalcontact/group_welcome_template_get", func(api *token.Api, in template) (any, error) {
		return externalcontact.GroupWelcomeTemplateGet(api, in.TemplateId)
	}), corptest.Rows("GroupWelcomeTemplateDel", "corp/externalcontact/group_welcome_template_del", func(api *token.Api, in struct {
		template
		AgentId int64
	}) (any, error) {
		return nil, externalcontact.GroupWelcomeTemplateDel(api, in.TemplateId, in.AgentId)
	}))
}

func schoolRows() []corptest.Row {
	return slices.Concat(corptest.Rows("MessageSend", "corp/externalcontact/message_send", func(api *token.Api, in struct {
		MsgType string
		externalcontact.SchoolNotice
	}) (any, error) {
		err := externalcontact.MessageSend(api, in.SchoolNotice)
		var missed *externalcontact.NotReached
		if errors.As(err, &missed) && missed.Err == nil {
			return missed, nil
		}
		return nil, err
	}), corptest.Rows("SetSubscribeMode", "corp/externalcontact/set_subscribe_mode", func(api *token.Api, in struct {
		SubscribeMode int `json:"subscribe_mode"`
	}) (any, error) {
		return nil, externalcontact.SetSubscribeMode(api, in.SubscribeMode)
	}), []corptest.Row{
		{Go: "GetSubscribeMode", Endpoint: "corp/externalcontact/get_subscribe_mode", Call: func(api *token.Api) (any, error) {
			return externalcontact.GetSubscribeMode(api)
		}},
		{Go: "GetSubscribeQrCode", Endpoint: "corp/externalcontact/get_subscribe_qr_code", Call: func(api *token.Api) (any, error) {
			return externalcontact.GetSubscribeQrCode(api)
		}},
	})
}

type moment struct {
	MomentId string `json:"moment_id"`
}

type memberMoment struct {
	moment
	UserId string
}

func momentTaskRows() []corptest.Row {
	return slices.Concat(corptest.Rows("AddMomentTask", "corp/externalcontact/add_moment_task", func(api *token.Api, in externalcontact.MomentTask) (any, error) {
		return externalcontact.AddMomentTask(api, in)
	}), []corptest.Row{
		{Go: "GetMomentTaskResult", Endpoint: "corp/externalcontact/get_moment_task_result", Query: url.Values{"jobid": {"job"}}, Call: func(api *token.Api) (any, error) {
			return externalcontact.GetMomentTaskResult(api, "job")
		}},
		{Go: "WaitMomentTask", Endpoint: "corp/externalcontact/get_moment_task_result", Sweep: true, Call: func(api *token.Api) (any, error) {
			return externalcontact.WaitMomentTask(api, "job", 0)
		}},
	}, corptest.Rows("CancelMomentTask", "corp/externalcontact/cancel_moment_task", func(api *token.Api, in moment) (any, error) {
		return nil, externalcontact.CancelMomentTask(api, in.MomentId)
	}))
}

func momentRows() []corptest.Row {
	return slices.Concat(corptest.Rows("GetMomentList", "corp/externalcontact/get_moment_list", func(api *token.Api, in struct {
		externalcontact.MomentQuery
		page
	}) (any, error) {
		return externalcontact.GetMomentList(api, in.MomentQuery, in.Cursor, in.Limit)
	}), sweep("AllMoments", "get_moment_list", func(api *token.Api) iter.Seq2[externalcontact.Moment, error] {
		return externalcontact.AllMoments(api, externalcontact.MomentQuery{StartTime: 1, EndTime: 2})
	}), corptest.Rows("GetMomentTask", "corp/externalcontact/get_moment_task", func(api *token.Api, in struct {
		moment
		page
	}) (any, error) {
		return externalcontact.GetMomentTask(api, in.MomentId, in.Cursor, in.Limit)
	}), sweep("AllMomentPublishers", "get_moment_task", func(api *token.Api) iter.Seq2[externalcontact.MomentPublisher, error] {
		return externalcontact.AllMomentPublishers(api, "m")
	}), corptest.Rows("GetMomentCustomerList", "corp/externalcontact/get_moment_customer_list", func(api *token.Api, in struct {
		memberMoment
		page
	}) (any, error) {
		return externalcontact.GetMomentCustomerList(api, in.MomentId, in.UserId, in.Cursor, in.Limit)
	}), sweep("AllMomentCustomers", "get_moment_customer_list", func(api *token.Api) iter.Seq2[externalcontact.MomentCustomer, error] {
		return externalcontact.AllMomentCustomers(api, "m", "u")
	}), corptest.Rows("GetMomentSendResult", "corp/externalcontact/get_moment_send_result", func(api *token.Api, in struct {
		memberMoment
		page
	}) (any, error) {
		return externalcontact.GetMomentSendResult(api, in.MomentId, in.UserId, in.Cursor, in.Limit)
	}), sweep("AllMomentViewers", "get_moment_send_result", func(api *token.Api) iter.Seq2[externalcontact.MomentCustomer, error] {
		return externalcontact.AllMomentViewers(api, "m", "u")
	}), corptest.Rows("GetMomentComments", "corp/externalcontact/get_moment_comments", func(api *token.Api, in memberMoment) (any, error) {
		return externalcontact.GetMomentComments(api, in.MomentId, in.UserId)
	}))
}

type product struct {
	ProductId string `json:"product_id"`
}

func productRows() []corptest.Row {
	return slices.Concat(corptest.Rows("AddProductAlbum", "corp/externalcontact/add_product_album", func(api *token.Api, in externalcontact.NewProduct) (any, error) {
		return externalcontact.AddProductAlbum(api, in)
	}), corptest.Rows("GetProductAlbumList", "corp/externalcontact/get_product_album_list", func(api *token.Api, in page) (any, error) {
		return externalcontact.GetProductAlbumList(api, in.Cursor, in.Limit)
	}), sweep("AllProducts", "get_product_album_list", externalcontact.AllProducts), corptest.Rows("GetProductAlbum", "corp/externalcontact/get_product_album", func(api *token.Api, in product) (any, error) {
		return externalcontact.GetProductAlbum(api, in.ProductId)
	}), corptest.Rows("UpdateProductAlbum", "corp/externalcontact/update_product_album", func(api *token.Api, in externalcontact.ProductEdit) (any, error) {
		return nil, externalcontact.UpdateProductAlbum(api, in)
	}), corptest.Rows("DeleteProductAlbum", "corp/externalcontact/delete_product_album", func(api *token.Api, in product) (any, error) {
		return nil, externalcontact.DeleteProductAlbum(api, in.ProductId)
	}))
}
