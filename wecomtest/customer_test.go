package wecomtest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// welcoming is an app that welcomes customers and keeps what it was told.
type welcoming struct {
	mu    sync.Mutex // guards what follows
	heard []string
	errs  []error
}

// newWelcoming is the app behind suite i. It works inside a bubble, where synctest.Wait says when
// it is done.
func newWelcoming(t *testing.T, wecom *wecomtest.WeCom, i int, text string) *welcoming {
	app := &welcoming{}
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.ExternalContactEvent) error {
		var err error
		if e.WelcomeCode != "" {
			err = externalcontact.SendWelcomeMsg(n.Api, e.WelcomeCode, externalcontact.Message{Text: &wire.Text{Content: text}})
		}
		app.mu.Lock()
		defer app.mu.Unlock()
		app.heard = append(app.heard, strings.Join([]string{n.ChangeType, e.UserID, e.ExternalUserID, e.State + e.Source + e.FailReason}, ","))
		app.errs = append(app.errs, err)
		return nil
	})
	handler, err := inbox.Handler(wecom.Suite(i), wecom.URL(wecom.Suite(i), callback.App))
	require.NoError(t, err)
	wecom.Go(inbox.Run)
	wecom.Deliver(wecom.Suite(i), callback.App, handler)
	return app
}

// told is what the app has heard since the last time, sorted.
func (a *welcoming) told() []string {
	synctest.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	heard := a.heard
	a.heard = nil
	slices.Sort(heard)
	return heard
}

// bubble runs a test in a bubble, with a corp that two apps are installed in.
func bubble(t *testing.T, do func(t *testing.T, wecom *wecomtest.WeCom, corp *wecomtest.Corp)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom := wecomtest.New(t, wecomtest.Customized(1))
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside", Members: []wecomtest.Member{{UserId: "woLin"}, {UserId: "woZhou"}, {UserId: "woHu", Hidden: true}}})
		wecom.Install(wecomtest.Corp{Id: corp.Id, App: wecom.Suite(1)})
		do(t, wecom, corp)
	})
}

// A new customer is told to each app in its own form; the first one welcomes him.
// G: wecomtest/customers
func TestCustomersAreAddedAndWelcomed(t *testing.T) {
	bubble(t, func(t *testing.T, wecom *wecomtest.WeCom, corp *wecomtest.Corp) {
		first, second := newWelcoming(t, wecom, 0, "Hello"), newWelcoming(t, wecom, 1, "Hi")
		li := corp.AddCustomer("woLin", wecomtest.Customer{State: "fair"})
		added := []string{"add_external_contact,woLin," + li.ExternalUserId + ",fair"}
		assert.Equal(t, added, first.told())
		assert.Equal(t, added, second.told())
		messages := li.Messages()
		require.Len(t, messages, 1)
		assert.Equal(t, []string{"woLin", "text", corp.Id}, []string{messages[0].UserId, messages[0].Kind, messages[0].CorpId})
		assert.Contains(t, []string{"Hello", "Hi"}, messages[0].Text)
		assert.ErrorIs(t, errors.Join(first.errs[0], second.errs[0]), externalcontact.ErrWelcomed, "one comes too late")

		corp.AddCustomer("woHu", *li)
		assert.Empty(t, first.told(), "the apps do not see Hu")
		wang := corp.AddCustomer("woZhou", wecomtest.Customer{ExternalUserId: "woWang", Name: "Wang"})
		assert.Equal(t, []string{"add_external_contact,woZhou,woWang,"}, first.told())
		assert.Empty(t, wang.Messages(), "who uses WeCom is not welcomed")
		assert.NotEqual(t, li.ExternalUserId, corp.AddCustomer("woLin", wecomtest.Customer{}).ExternalUserId)
	})
}

// What a member and a customer do to each other is told.
// G: wecomtest/customers
func TestCustomersComeAndGo(t *testing.T) {
	bubble(t, func(t *testing.T, wecom *wecomtest.WeCom, corp *wecomtest.Corp) {
		app := newWelcoming(t, wecom, 0, "Hello")
		li := corp.AddHalfCustomer("woLin", wecomtest.Customer{ExternalUserId: "wmLi", Name: "Li", State: "fair"})
		assert.Equal(t, []string{"add_half_external_contact,woLin,wmLi,fair"}, app.told())
		li = corp.AddCustomer("woLin", *li)
		assert.Equal(t, []string{"add_external_contact,woLin,wmLi,fair"}, app.told())
		assert.Len(t, li.Messages(), 1, "one welcome")
		corp.RemarkCustomer("woLin", li, "Mr Li")
		assert.Equal(t, []string{"edit_external_contact,woLin,wmLi,"}, app.told())
		got, err := externalcontact.Get(corp.Api(), "wmLi", "")
		require.NoError(t, err)
		assert.Equal(t, []string{"Li", "Mr Li", "fair"}, []string{got.ExternalContact.Name, got.FollowUser[0].Remark, got.FollowUser[0].State})
		li.RemoveMember("woLin")
		assert.Equal(t, []string{"del_follow_user,woLin,wmLi,"}, app.told())
		corp.RemoveCustomer("woLin", li)
		assert.Equal(t, []string{"del_external_contact,woLin,wmLi,"}, app.told())
		_, err = externalcontact.List(corp.Api(), "woLin")
		require.ErrorIs(t, err, token.Code(84061))
	})
}

// A customer brings the state of the way by which he comes.
// G: wecomtest/customers
func TestWaysToAMember(t *testing.T) {
	bubble(t, func(t *testing.T, wecom *wecomtest.WeCom, corp *wecomtest.Corp) {
		app := newWelcoming(t, wecom, 0, "Hello")
		way := externalcontact.NewContactWay{Type: externalcontact.WayToOne, Scene: externalcontact.SceneCode}
		way.User, way.State = []string{"woZhou"}, "leaflet"
		made, err := externalcontact.AddContactWay(corp.Api(), way)
		require.NoError(t, err)
		li := corp.AddCustomer("", wecomtest.Customer{Way: made.ConfigId})
		assert.Equal(t, "leaflet", li.State)
		assert.Equal(t, []string{"add_external_contact,woZhou," + li.ExternalUserId + ",leaflet"}, app.told())

		link, err := externalcontact.CustomerAcquisitionCreateLink(corp.Api(), externalcontact.AcquisitionEdit{LinkName: "Spring", Range: &externalcontact.AcquisitionRange{UserList: []string{"woLin"}}})
		require.NoError(t, err)
		wu := corp.AddCustomer("", wecomtest.Customer{Way: link.LinkId, State: "shop-7"})
		assert.Equal(t, []string{"add_external_contact,woLin," + wu.ExternalUserId + ",shop-7"}, app.told())
		page, err := externalcontact.CustomerAcquisitionCustomer(corp.Api(), link.LinkId, "", 10)
		require.NoError(t, err)
		require.Len(t, page.CustomerList, 1)
		assert.Equal(t, []string{wu.ExternalUserId, "shop-7"}, []string{page.CustomerList[0].ExternalUserId, page.CustomerList[0].State})
	})
}

// Customers change hands after a day, and may refuse.
// G: wecomtest/customers
func TestCustomersChangeHands(t *testing.T) {
	bubble(t, func(t *testing.T, wecom *wecomtest.WeCom, corp *wecomtest.Corp) {
		li, wu := corp.AddCustomer("woLin", wecomtest.Customer{ExternalUserId: "wmLi"}), corp.AddCustomer("woLin", wecomtest.Customer{ExternalUserId: "wmWu"})
		app := newWelcoming(t, wecom, 0, "Hello")
		hands := externalcontact.Handover{HandoverUserId: "woLin", TakeoverUserId: "woZhou"}
		begun, err := externalcontact.TransferCustomer(corp.Api(), hands, []string{"wmLi", "wmWu"}, "")
		require.NoError(t, err)
		assert.Len(t, begun, 2)
		wu.RefuseTransfer("woZhou")
		assert.Equal(t, []string{"transfer_fail,woZhou,wmWu,customer_refused"}, app.told())
		wecom.Advance(24 * time.Hour)
		assert.Equal(t, []string{"add_external_contact,woZhou,wmLi,", "del_external_contact,woLin,wmLi,DELETE_BY_TRANSFER"}, app.told())
		assert.Empty(t, li.Messages(), "WeCom sends a text of its own")
		states := map[string]int{}
		for transfer, err := range externalcontact.AllTransfers(corp.Api(), hands) {
			require.NoError(t, err)
			states[transfer.ExternalUserId] = transfer.Status
		}
		assert.Equal(t, map[string]int{"wmLi": externalcontact.TransferDone, "wmWu": externalcontact.TransferRefused}, states)

		corp.Change(wecomtest.Member{UserId: "woLin", Left: true})
		for left, err := range externalcontact.AllUnassigned(corp.Api()) {
			require.NoError(t, err)
			assert.Equal(t, []string{"woLin", "wmWu"}, []string{left.HandoverUserId, left.ExternalUserId})
		}
		_, err = externalcontact.ResignedTransferCustomer(corp.Api(), hands, []string{"wmWu"})
		require.NoError(t, err)
		wecom.Advance(24 * time.Hour)
		ids, err := externalcontact.List(corp.Api(), "woZhou")
		require.NoError(t, err)
		assert.Equal(t, []string{"wmLi", "wmWu"}, ids)
	})
}

// A mass message goes out when members confirm it.
// G: wecomtest/customers
func TestMassMessagesWaitForMembers(t *testing.T) {
	bubble(t, func(t *testing.T, _ *wecomtest.WeCom, corp *wecomtest.Corp) {
		li := corp.AddCustomer("woLin", wecomtest.Customer{})
		wu := corp.AddCustomer("woZhou", wecomtest.Customer{})
		hu := corp.AddCustomer("woZhou", wecomtest.Customer{})
		chat := corp.NewGroup("Tea", "woLin", li, wu)
		ids := []string{li.ExternalUserId, wu.ExternalUserId, hu.ExternalUserId}
		text := externalcontact.Message{Text: &wire.Text{Content: "Fresh tea"}}
		made, err := externalcontact.AddMsgTemplate(corp.Api(), externalcontact.MassMessage{ExternalUserId: ids, Message: text})
		require.NoError(t, err)
		read := func() []int { return []int{len(li.Messages()), len(wu.Messages()), len(hu.Messages())} }
		assert.Equal(t, []int{0, 0, 0}, read())
		corp.SendGroupMsg(made.MsgId, "woLin")
		assert.Equal(t, []int{1, 0, 0}, read())
		assert.Equal(t, "Fresh tea", li.Messages()[0].Text)
		hu.RemoveMember("woZhou")
		corp.SendGroupMsg(made.MsgId)
		assert.Equal(t, []int{1, 1, 0}, read(), "Hu is a friend no more")

		made, err = externalcontact.AddMsgTemplate(corp.Api(), externalcontact.MassMessage{ChatType: externalcontact.ToGroups, Sender: "woLin", ChatIdList: []string{chat}, Message: text})
		require.NoError(t, err)
		corp.SendGroupMsg(made.MsgId)
		assert.Equal(t, []int{2, 2, 0}, read())
	})
}

// Groups are made, joined, left and dismissed, which the apps hear.
// G: wecomtest/customers
func TestCustomerGroups(t *testing.T) {
	bubble(t, func(t *testing.T, wecom *wecomtest.WeCom, corp *wecomtest.Corp) {
		heard := make(chan string, 10)
		inbox, err := callback.NewInbox(callback.Config{})
		require.NoError(t, err)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.ExternalChatEvent) error {
			heard <- strings.Join(append([]string{n.ChangeType, e.UpdateDetail}, e.MemChangeList...), ",")
			return nil
		})
		handler, err := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		require.NoError(t, err)
		wecom.Go(inbox.Run)
		wecom.Deliver(wecom.Api(), callback.App, handler)

		li, wu := corp.AddCustomer("woLin", wecomtest.Customer{ExternalUserId: "wmLi"}), corp.AddCustomer("woZhou", wecomtest.Customer{ExternalUserId: "wmWu", Name: "Wu"})
		chat := corp.NewGroup("Tea", "woLin", li)
		way, err := externalcontact.GroupChatAddJoinWay(corp.Api(), externalcontact.NewJoinWay{Scene: externalcontact.SceneCode, ChatIdList: []string{chat}, State: "door"})
		require.NoError(t, err)
		wu.Join(way)
		li.Leave(chat)
		li.Join(chat)
		corp.RenameGroup(chat, "Green tea")
		got, err := externalcontact.GroupChatGet(corp.Api(), chat, true)
		require.NoError(t, err)
		assert.Equal(t, "Green tea", got.Name)
		require.Len(t, got.MemberList, 3)
		assert.Equal(t, []string{"wmWu", "Wu", "door"}, []string{got.MemberList[1].UserId, got.MemberList[1].Name, got.MemberList[1].State})
		found, err := externalcontact.OpenGidToChatId(corp.Api(), corp.OpenGid(chat))
		require.NoError(t, err)
		assert.Equal(t, chat, found)
		corp.DismissGroup(chat)
		synctest.Wait()
		assert.ElementsMatch(t, []string{"create,", "update,add_member,wmWu", "update,del_member,wmLi", "update,add_member,wmLi", "update,change_name", "dismiss,"},
			[]string{<-heard, <-heard, <-heard, <-heard, <-heard, <-heard})
		assert.Empty(t, heard)
	})
}

// A moment is published by members, and seen and liked by their customers.
// G: wecomtest/customers
func TestMomentsWaitForMembers(t *testing.T) {
	bubble(t, func(t *testing.T, _ *wecomtest.WeCom, corp *wecomtest.Corp) {
		li, wu := corp.AddCustomer("woLin", wecomtest.Customer{}), corp.AddCustomer("woZhou", wecomtest.Customer{})
		job, err := externalcontact.AddMomentTask(corp.Api(), externalcontact.MomentTask{Text: &wire.Text{Content: "Fresh tea"}})
		require.NoError(t, err)
		moment, err := externalcontact.WaitMomentTask(corp.Api(), job, time.Second)
		require.NoError(t, err)
		corp.PublishMoment(moment.MomentId, "woLin")
		li.LikeMoment(moment.MomentId, "woLin")
		li.CommentMoment(moment.MomentId, "woLin")
		got, err := externalcontact.GetMomentComments(corp.Api(), moment.MomentId, "woLin")
		require.NoError(t, err)
		require.Len(t, got.LikeList, 1)
		assert.Equal(t, li.ExternalUserId, got.LikeList[0].ExternalUserId)
		assert.Len(t, got.CommentList, 1)
		_, err = externalcontact.GetMomentComments(corp.Api(), moment.MomentId, "woZhou")
		require.ErrorIs(t, err, token.Code(41062))
		corp.PublishMoment(moment.MomentId)
		wu.LikeMoment(moment.MomentId, "woZhou")
		got, err = externalcontact.GetMomentComments(corp.Api(), moment.MomentId, "woZhou")
		require.NoError(t, err)
		assert.Len(t, got.LikeList, 1)
	})
}
