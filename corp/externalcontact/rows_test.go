package externalcontact_test

import (
	"slices"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
)

// config is how requests name a contact way or a join way.
type config struct {
	ConfigId string `json:"config_id"`
}

func wayRows() []corptest.Row {
	return slices.Concat(corptest.Rows("AddContactWay", "corp/externalcontact/add_contact_way", func(api *token.Api, in externalcontact.NewContactWay) (any, error) {
		return externalcontact.AddContactWay(api, in)
	}), corptest.Rows("GetContactWay", "corp/externalcontact/get_contact_way", func(api *token.Api, in config) (any, error) {
		return externalcontact.GetContactWay(api, in.ConfigId)
	}), corptest.Rows("ListContactWay", "corp/externalcontact/list_contact_way", func(api *token.Api, in externalcontact.ContactWays) (any, error) {
		return externalcontact.ListContactWay(api, in)
	}), corptest.Rows("UpdateContactWay", "corp/externalcontact/update_contact_way", func(api *token.Api, in struct {
		config
		externalcontact.ContactWayEdit
	}) (any, error) {
		return nil, externalcontact.UpdateContactWay(api, in.ConfigId, in.ContactWayEdit)
	}), corptest.Rows("DelContactWay", "corp/externalcontact/del_contact_way", func(api *token.Api, in config) (any, error) {
		return nil, externalcontact.DelContactWay(api, in.ConfigId)
	}), corptest.Rows("CloseTempChat", "corp/externalcontact/close_temp_chat", func(api *token.Api, in struct {
		UserId         string
		ExternalUserId string `json:"external_userid"`
	}) (any, error) {
		return nil, externalcontact.CloseTempChat(api, in.UserId, in.ExternalUserId)
	}), []corptest.Row{{Go: "AllContactWays", Endpoint: "corp/externalcontact/list_contact_way", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(externalcontact.AllContactWays(api, 0, 0))
	}}})
}

func groupChatRows() []corptest.Row {
	return slices.Concat(corptest.Rows("GroupChatList", "corp/externalcontact/groupchat_list", func(api *token.Api, in externalcontact.GroupChats) (any, error) {
		return externalcontact.GroupChatList(api, in)
	}), corptest.Rows("GroupChatGet", "corp/externalcontact/groupchat_get", func(api *token.Api, in struct {
		ChatId   string `json:"chat_id"`
		NeedName int    `json:"need_name"`
	}) (any, error) {
		return externalcontact.GroupChatGet(api, in.ChatId, in.NeedName == 1)
	}), corptest.Rows("GroupChatAddJoinWay", "corp/externalcontact/groupchat_add_join_way", func(api *token.Api, in externalcontact.NewJoinWay) (any, error) {
		return externalcontact.GroupChatAddJoinWay(api, in)
	}), corptest.Rows("GroupChatGetJoinWay", "corp/externalcontact/groupchat_get_join_way", func(api *token.Api, in config) (any, error) {
		return externalcontact.GroupChatGetJoinWay(api, in.ConfigId)
	}), corptest.Rows("GroupChatUpdateJoinWay", "corp/externalcontact/groupchat_update_join_way", func(api *token.Api, in struct {
		config
		externalcontact.NewJoinWay
	}) (any, error) {
		return nil, externalcontact.GroupChatUpdateJoinWay(api, in.ConfigId, in.NewJoinWay)
	}), corptest.Rows("GroupChatDelJoinWay", "corp/externalcontact/groupchat_del_join_way", func(api *token.Api, in config) (any, error) {
		return nil, externalcontact.GroupChatDelJoinWay(api, in.ConfigId)
	}), []corptest.Row{{Go: "AllGroupChats", Endpoint: "corp/externalcontact/groupchat_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(externalcontact.AllGroupChats(api, 0, nil))
	}}})
}

// groups is how requests give groups to a new owner.
type groups struct {
	ChatIdList []string `json:"chat_id_list"`
	NewOwner   string   `json:"new_owner"`
}

type handover struct {
	externalcontact.Handover
	ExternalUserId     []string `json:"external_userid"`
	TransferSuccessMsg string   `json:"transfer_success_msg"`
}

type handoverPage struct {
	externalcontact.Handover
	Cursor string
}

func transferRows() []corptest.Row {
	return slices.Concat(corptest.Rows("TransferCustomer", "corp/externalcontact/transfer_customer", func(api *token.Api, in handover) (any, error) {
		return externalcontact.TransferCustomer(api, in.Handover, in.ExternalUserId, in.TransferSuccessMsg)
	}), corptest.Rows("TransferResult", "corp/externalcontact/transfer_result", func(api *token.Api, in handoverPage) (any, error) {
		return externalcontact.TransferResult(api, in.Handover, in.Cursor)
	}), corptest.Rows("ResignedTransferCustomer", "corp/externalcontact/resigned_transfer_customer", func(api *token.Api, in handover) (any, error) {
		return externalcontact.ResignedTransferCustomer(api, in.Handover, in.ExternalUserId)
	}), corptest.Rows("ResignedTransferResult", "corp/externalcontact/resigned_transfer_result", func(api *token.Api, in handoverPage) (any, error) {
		return externalcontact.ResignedTransferResult(api, in.Handover, in.Cursor)
	}), corptest.Rows("GetUnassignedList", "corp/externalcontact/get_unassigned_list", func(api *token.Api, in externalcontact.UnassignedPages) (any, error) {
		return externalcontact.GetUnassignedList(api, in)
	}), corptest.Rows("GroupChatTransfer", "corp/externalcontact/groupchat_transfer", func(api *token.Api, in groups) (any, error) {
		return externalcontact.GroupChatTransfer(api, in.ChatIdList, in.NewOwner)
	}), corptest.Rows("GroupChatOnJobTransfer", "corp/externalcontact/groupchat_onjob_transfer", func(api *token.Api, in groups) (any, error) {
		return externalcontact.GroupChatOnJobTransfer(api, in.ChatIdList, in.NewOwner)
	}), []corptest.Row{{Go: "AllTransfers", Endpoint: "corp/externalcontact/transfer_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(externalcontact.AllTransfers(api, toWang))
	}}, {Go: "AllResignedTransfers", Endpoint: "corp/externalcontact/resigned_transfer_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(externalcontact.AllResignedTransfers(api, toWang))
	}}, {Go: "AllUnassigned", Endpoint: "corp/externalcontact/get_unassigned_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(externalcontact.AllUnassigned(api))
	}}})
}

func statisticRows() []corptest.Row {
	return slices.Concat(corptest.Rows("GetUserBehaviorData", "corp/externalcontact/get_user_behavior_data", func(api *token.Api, in externalcontact.Behavior) (any, error) {
		return externalcontact.GetUserBehaviorData(api, in)
	}), corptest.Rows("GroupChatStatistic", "corp/externalcontact/groupchat_statistic", func(api *token.Api, in externalcontact.GroupChatOwners) (any, error) {
		return externalcontact.GroupChatStatistic(api, in)
	}), corptest.Rows("GroupChatStatisticGroupByDay", "corp/externalcontact/groupchat_statistic_group_by_day", func(api *token.Api, in externalcontact.GroupChatDays) (any, error) {
		return externalcontact.GroupChatStatisticGroupByDay(api, in)
	}), []corptest.Row{{Go: "AllOwnerData", Endpoint: "corp/externalcontact/groupchat_statistic", Sweep: true, Call: func(api *token.Api) (any, error) {
		days := externalcontact.GroupChatDays{DayBeginTime: day0, OwnerFilter: &externalcontact.OwnerFilter{UserIdList: []string{"woLin"}}}
		return nil, last(externalcontact.AllOwnerData(api, externalcontact.GroupChatOwners{GroupChatDays: days}))
	}}})
}
