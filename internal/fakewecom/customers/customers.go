// Package customers plays 客户联系 of the fake WeCom: the customers of members, the ways by which
// they come, tags, customer groups, transfers from one member to another, and what apps send
// to customers.
package customers

import (
	"maps"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type obj = platform.Obj

// Codes of 客户联系.
const (
	codeBadMedia       = 40007
	codeBadUsers       = 40031
	codeBadTag         = 40068
	codeTagThere       = 40071
	codeTagName        = 40072
	codeNoJob          = 40088
	codeBadCustomer    = 40096
	codeNotLeft        = 40097
	codeManyTags       = 40126
	codeManyTransfers  = 40128
	codeInTransfer     = 40129
	codeSameMember     = 40130
	codeNotHis         = 40131
	codeManyTagged     = 40144
	codeWayType        = 41039
	codeWayScene       = 41040
	codeWayMembers     = 41041
	codeWayStyle       = 41042
	codeNoConfig       = 41044
	codeNoMessage      = 41047
	codeNobodyToSendTo = 41048
	codeWelcomeCode    = 41050
	codeWelcomed       = 41051
	codeNoWeChat       = 41056
	codeNoMoment       = 41060
	codeNotHisMoment   = 41061
	codeNotPublished   = 41062
	codeAttachments    = 41064
	codeAttachmentType = 41065
	codeAttachmentUse  = 41072
	codeEmptyMoment    = 41089
	codeManyChats      = 41091
	codeCancelled      = 41093
	codeReminded       = 41094
	codeDismissed      = 49008
	codeBadCursor      = 50100
	codeNotVisible     = 60011
	codeNoUser         = 60111
	codeForeignTag     = 81011
	codeManyOwners     = 81017
	codeNoCustomer     = 84061
	codeOwnerThere     = 90500
	codeNoChat         = 90501
	codeOwnerLeft      = 90502
	codeSameOwner      = 90504
	codeNoGroup        = 90511
)

// Customers keeps the customers of all corps.
type Customers struct {
	host  *platform.Host
	files Files
	books map[string]*book // by corp
}

// Files is what customers ask of the files that apps of a corp have uploaded, under the
// platform's lock.
type Files struct {
	// Uploaded is a file for messages, and its kind.
	Uploaded func(corpId, mediaId string) (kind string, data []byte, ok bool)
	// Attached is an attachment of moments or product albums: the attachment_type that it was
	// uploaded for.
	Attached func(corpId, mediaId string) (scene string, ok bool)
}

// New adds 客户联系 to a platform.
func New(p *platform.Platform, files Files) *Customers {
	cs := &Customers{files: files, books: map[string]*book{}}
	handlers := map[string]platform.Handler{}
	for prefix, topic := range map[string]map[string]func(a *ask) (obj, error){
		"/cgi-bin/externalcontact/":                      cs.people(),
		"/cgi-bin/externalcontact/groupchat/":            cs.chats(),
		"/cgi-bin/externalcontact/customer_acquisition/": cs.links(),
		"/cgi-bin/idconvert/":                            cs.ids(),
	} {
		for path, answer := range topic {
			handlers[prefix+path] = cs.open(answer)
		}
	}
	cs.host = p.Join(platform.Part{Handlers: handlers, Settle: cs.settle, State: cs})
	return cs
}

// people are the endpoints about customers, their tags, and what they are sent.
func (cs *Customers) people() map[string]func(a *ask) (obj, error) {
	m := map[string]func(a *ask) (obj, error){
		"get_follow_user_list":       listFollowers,
		"list":                       listCustomers,
		"get":                        getCustomer,
		"batch/get_by_user":          getByUser,
		"remark":                     remark,
		"mark_tag":                   markTag,
		"get_corp_tag_list":          listCorpTags,
		"add_corp_tag":               addCorpTags,
		"edit_corp_tag":              editCorpTag,
		"del_corp_tag":               deleteCorpTags,
		"get_strategy_tag_list":      listStrategyTags,
		"add_strategy_tag":           addStrategyTags,
		"edit_strategy_tag":          editStrategyTag,
		"del_strategy_tag":           deleteStrategyTags,
		"unionid_to_external_userid": customerOfUnionId,
		"convert_to_openid":          openidOfCustomer,
		"opengid_to_chatid":          chatOfOpenGid,
	}
	maps.Copy(m, cs.ways())
	maps.Copy(m, cs.handovers())
	maps.Copy(m, cs.sends())
	return m
}

func (cs *Customers) ways() map[string]func(a *ask) (obj, error) {
	return map[string]func(a *ask) (obj, error){
		"add_contact_way":    addWay,
		"get_contact_way":    getWay,
		"list_contact_way":   listWays,
		"update_contact_way": updateWay,
		"del_contact_way":    deleteWay,
		"close_temp_chat":    closeTemporary,
	}
}

func (cs *Customers) handovers() map[string]func(a *ask) (obj, error) {
	return map[string]func(a *ask) (obj, error){
		"transfer_customer":          transferOnJob,
		"transfer_result":            onJobResult,
		"get_unassigned_list":        listUnassigned,
		"resigned/transfer_customer": transferResigned,
		"resigned/transfer_result":   resignedResult,
	}
}

func (cs *Customers) sends() map[string]func(a *ask) (obj, error) {
	return map[string]func(a *ask) (obj, error){
		"send_welcome_msg":         sendWelcome,
		"add_msg_template":         addMass,
		"get_groupmsg_list_v2":     listMasses,
		"get_groupmsg_task":        listMassTasks,
		"get_groupmsg_send_result": listMassSends,
		"remind_groupmsg_send":     remindMass,
		"cancel_groupmsg_send":     cancelMass,
		"add_moment_task":          addMoment,
		"get_moment_task_result":   momentJob,
		"get_moment_list":          listMoments,
		"get_moment_task":          listMomentTasks,
		"get_moment_customer_list": listMomentCustomers,
		"get_moment_send_result":   listMomentViewers,
		"get_moment_comments":      listMomentReactions,
		"cancel_moment_task":       cancelMoment,
	}
}

func (cs *Customers) chats() map[string]func(a *ask) (obj, error) {
	return map[string]func(a *ask) (obj, error){
		"list":            listChats,
		"get":             getChat,
		"transfer":        transferChatsOfLeft,
		"onjob_transfer":  transferChats,
		"add_join_way":    addJoinWay,
		"get_join_way":    getJoinWay,
		"update_join_way": updateJoinWay,
		"del_join_way":    deleteJoinWay,
	}
}

func (cs *Customers) links() map[string]func(a *ask) (obj, error) {
	return map[string]func(a *ask) (obj, error){
		"create_link": createLink,
		"get":         getLink,
		"list_link":   listLinks,
		"update_link": updateLink,
		"delete_link": deleteLink,
		"customer":    listLinkCustomers,
	}
}

func (cs *Customers) ids() map[string]func(a *ask) (obj, error) {
	return map[string]func(a *ask) (obj, error){
		"unionid_to_external_userid":          convertUnionId,
		"batch/external_userid_to_pending_id": pendingOfCustomers,
	}
}

// ask is one request of an app of a corp.
type ask struct {
	*platform.Call
	*book
	cs *Customers
}

// open serves every app.
func (cs *Customers) open(answer func(a *ask) (obj, error)) platform.Handler {
	return func(c *platform.Call) (platform.Obj, error) {
		if err := tooLong(c); err != nil {
			return nil, err
		}
		return answer(&ask{c, cs.book(c.Corp()), cs})
	}
}

// settle lets time do its work: transfers end.
func (cs *Customers) settle() {
	for _, id := range slices.Sorted(maps.Keys(cs.books)) {
		cs.endTransfers(cs.books[id])
	}
}
