package sandbox

import (
	"context"
	"strconv"

	"github.com/gothird/wecom/internal/fakewecom/contacts"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Corp is a corp (企业) with what it has installed.
type Corp struct {
	CorpId   string         `json:"corp_id" doc:"as the provider sees it" zh:"服务商看到的（密文）ID"`
	PlainId  string         `json:"plain_id" doc:"that of its own administrators" zh:"企业自己看到的（明文）ID"`
	Name     string         `json:"name"`
	Test     bool           `json:"test" doc:"on the provider's list of test corps" zh:"是否在服务商的测试企业名单中"`
	Members  []Member       `json:"members"`
	Installs []Installation `json:"installs"`
}

// Member is a member (成员) of a corp.
type Member struct {
	UserId      string  `json:"user_id" doc:"as the provider sees it" zh:"服务商看到的（密文）ID"`
	PlainUserId string  `json:"plain_user_id" doc:"that of the corp's own address book" zh:"企业自己通讯录中的 userid（明文）"`
	Name        string  `json:"name"`
	Departments []int64 `json:"departments" doc:"ids; none: the root, 1" zh:"部门 ID，为空则为根部门 1"`
	Mobile      string  `json:"mobile"`
	Email       string  `json:"email"`
	BizMail     string  `json:"biz_mail" doc:"of the corp" zh:"企业邮箱"`
	Admin       bool    `json:"admin" doc:"administrator of the app" zh:"是否为应用管理员"`
	Hidden      bool    `json:"hidden" doc:"outside the visible range of the app" zh:"是否不在应用可见范围内"`
	NoInterop   bool    `json:"no_interop" doc:"outside the visible range of apps with customer-contact rights" zh:"是否不在客户联系可见范围内"`
	Left        bool    `json:"left" doc:"has left the corp" zh:"是否已离职"`
}

// Corps lists the corps.
type Corps struct {
	Corps []Corp `json:"corps"`
}

// NewCorp is a corp that comes into being.
type NewCorp struct {
	Name    string `json:"name" doc:"empty: one is made up" zh:"不填则自动生成"`
	Members int    `json:"members" doc:"how many, the first is the administrator; 0: three" zh:"成员数，第一名为管理员；0 为三名"`
	Test    bool   `json:"test" doc:"on the provider's list of test corps" zh:"是否在服务商的测试企业名单中"`
}

// CorpRef names a corp.
type CorpRef struct {
	CorpId string `json:"-" path:"corp" need:"1" doc:"corp_id" zh:"企业 corp_id"`
}

// ListCorps lists the corps by id.
func (w *World) ListCorps(context.Context, none) (Corps, error) {
	out := Corps{Corps: []Corp{}}
	installs := w.installations()
	for _, c := range w.engine.Corps() {
		out.Corps = append(out.Corps, showCorp(c, installs))
	}
	return out, nil
}

// Names tells how corps and apps are called, by id.
func (w *World) Names() map[string]string {
	names := w.engine.CorpNames()
	for _, x := range w.engine.Suites() {
		names[x.Id] = x.Name
	}
	return names
}

// ShowCorp shows one corp.
func (w *World) ShowCorp(_ context.Context, in CorpRef) (Corp, error) {
	c, err := w.corp(in.CorpId)
	if err != nil {
		return Corp{}, err
	}
	return showCorp(c, w.installations()), nil
}

func showCorp(c platform.Corp, installs []Installation) Corp {
	out := Corp{CorpId: c.Id, PlainId: c.PlainId, Name: c.Name, Test: c.Test, Members: []Member{}, Installs: []Installation{}}
	for _, m := range c.Members {
		out.Members = append(out.Members, showMember(m))
	}
	for _, in := range installs {
		if in.CorpId == c.Id {
			out.Installs = append(out.Installs, in)
		}
	}
	return out
}

func showMember(m platform.Member) Member {
	return Member{m.UserId, m.PlainUserId, m.Name, append([]int64{}, m.Departments...), m.Mobile, m.Email, m.BizMail, m.Admin, m.Hidden, m.NoInterop, m.Left}
}

// AddCorp makes a corp that has installed nothing yet.
func (w *World) AddCorp(ctx context.Context, in NewCorp) (Corp, error) {
	if in.Members < 0 || in.Members > maxMembers {
		return Corp{}, invalid(words{"a corp has 1 to %d members here, not %d", "企业成员数应为 1 至 %d，不能是 %d"}, maxMembers, in.Members)
	}
	if w.engine.CorpCount() >= maxCorps {
		return Corp{}, invalid(words{"there are %d corps already: use those", "已有 %d 家企业：请使用现有企业"}, maxCorps)
	}
	n := w.next()
	c := platform.Corp{Id: w.cfg.name("wp", 30, "corp", n), Name: in.Name, Test: in.Test}
	if c.Name == "" {
		c.Name = "Corp " + n
	}
	if in.Members == 0 {
		in.Members = usualMembers
	}
	for i := range in.Members {
		c.Members = append(c.Members, platform.Member{UserId: w.memberId(c.Id, i), Name: "Member " + strconv.Itoa(i+1), Admin: i == 0})
	}
	if err := w.engine.AddCorp(c); err != nil {
		return Corp{}, err
	}
	return w.ShowCorp(ctx, CorpRef{c.Id})
}

func (w *World) memberId(corpId string, i int) string {
	return w.cfg.name("wo", 30, "member", corpId, strconv.Itoa(i))
}

// SetTest puts a corp on the list of test corps, or takes it off.
type SetTest struct {
	CorpRef
	Test bool `json:"test" doc:"false: its test orders are void" zh:"false 则其测试订单失效"`
}

// SetTestCorp puts a corp on the provider's list of test corps, or takes it off.
func (w *World) SetTestCorp(ctx context.Context, in SetTest) (Corp, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Corp{}, err
	}
	if err := refused(w.engine.SetTestCorp(in.CorpId, in.Test)); err != nil {
		return Corp{}, err
	}
	return w.ShowCorp(ctx, in.CorpRef)
}

// MemberChange is what becomes of a member. What is left out stays.
type MemberChange struct {
	CorpRef
	UserId      string   `json:"user_id" doc:"empty: a new member, whose id is made up" zh:"不填则新增成员，ID 自动生成"`
	Name        *string  `json:"name" doc:"of the member" zh:"成员姓名"`
	Departments *[]int64 `json:"departments" doc:"ids; none: the root" zh:"部门 ID，为空则为根部门"`
	Mobile      *string  `json:"mobile" doc:"number" zh:"手机号"`
	Email       *string  `json:"email" doc:"of his own" zh:"个人邮箱"`
	BizMail     *string  `json:"biz_mail" doc:"of the corp" zh:"企业邮箱"`
	Admin       *bool    `json:"admin" doc:"administrator of the app" zh:"是否为应用管理员"`
	Hidden      *bool    `json:"hidden" doc:"outside the visible range of the app" zh:"是否不在应用可见范围内"`
	NoInterop   *bool    `json:"no_interop" doc:"outside the visible range of apps with customer-contact rights" zh:"是否不在客户联系可见范围内"`
	Left        *bool    `json:"left" doc:"true: he leaves" zh:"true 则离职"`
}

// MemberChanged is a member after a change.
type MemberChanged struct {
	Member Member `json:"member"`
	Outcome
}

// ChangeMember is an administrator who adds a member, or changes one: change_contact is pushed
// to the apps that see him.
func (w *World) ChangeMember(ctx context.Context, in MemberChange) (MemberChanged, error) {
	c, err := w.corp(in.CorpId)
	if err != nil {
		return MemberChanged{}, err
	}
	m, known := c.Member(in.UserId)
	if !known && in.Left != nil && *in.Left {
		return MemberChanged{}, invalid(words{"%s has no member %q who could leave: GET /api/v1/corps/%s lists them", "%s 没有可离职的成员 %q：可用 GET /api/v1/corps/%s 查询"}, c.Name, in.UserId, c.Id)
	}
	if !known {
		if m, err = w.newMember(c, in.UserId); err != nil {
			return MemberChanged{}, err
		}
	}
	in.apply(&m)
	pushes, err := w.act(ctx, func(ctx context.Context) error { return w.engine.PutMember(ctx, c.Id, m) })
	if err != nil {
		return MemberChanged{}, err
	}
	return MemberChanged{showMember(m), pushes}, nil
}

func (w *World) newMember(c platform.Corp, userId string) (platform.Member, error) {
	if len(c.Members) >= maxMembers {
		return platform.Member{}, invalid(words{"%s has %d members already: change one of those", "%s 已有 %d 名成员：请更改现有成员"}, c.Name, maxMembers)
	}
	n := len(c.Members)
	if userId == "" {
		userId = w.memberId(c.Id, n)
	}
	return platform.Member{UserId: userId, Name: "Member " + strconv.Itoa(n+1)}, nil
}

func (in MemberChange) apply(m *platform.Member) {
	change(&m.Name, in.Name)
	change(&m.Departments, in.Departments)
	change(&m.Mobile, in.Mobile)
	change(&m.Email, in.Email)
	change(&m.BizMail, in.BizMail)
	change(&m.Admin, in.Admin)
	change(&m.Hidden, in.Hidden)
	change(&m.NoInterop, in.NoInterop)
	change(&m.Left, in.Left)
}

// change sets a value if there is a new one.
func change[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// Department is a department (部门).
type Department struct {
	Id       int64  `json:"id"`
	Name     string `json:"name"`
	ParentId int64  `json:"parent_id" doc:"0: it is the root" zh:"上级部门，0 表示本身为根部门"`
	Order    int64  `json:"order"`
	Hidden   bool   `json:"hidden" doc:"with all below it outside the visible range" zh:"该部门及其下级是否不在应用可见范围内"`
}

// Departments lists departments, parents first.
type Departments struct {
	Departments []Department `json:"departments"`
}

// ListDepartments lists the departments of a corp.
func (w *World) ListDepartments(_ context.Context, in CorpRef) (Departments, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Departments{}, err
	}
	out := Departments{Departments: []Department{}}
	for _, d := range w.engine.Departments(in.CorpId) {
		out.Departments = append(out.Departments, Department{d.Id, d.Name, d.ParentId, d.Order, d.Hidden})
	}
	return out, nil
}

// DepartmentChange is a department that is made, or changed as a whole.
type DepartmentChange struct {
	CorpRef
	Id       int64  `json:"id" doc:"0: a new one" zh:"0 则新增"`
	Name     string `json:"name" need:"1" doc:"1 to 64 characters" zh:"部门名称，1 至 64 个字符"`
	ParentId int64  `json:"parent_id" doc:"0: the root, 1" zh:"上级部门，0 为根部门 1"`
	Order    int64  `json:"order" doc:"larger comes first; 0: the usual one" zh:"数值大的排在前面，0 为默认值"`
	Hidden   bool   `json:"hidden" doc:"with all below it outside the visible range" zh:"该部门及其下级是否不在应用可见范围内"`
}

// DepartmentChanged is the id of a department after a change.
type DepartmentChanged struct {
	Id int64 `json:"id"`
	Outcome
}

// ChangeDepartment is an administrator who makes or changes a department.
func (w *World) ChangeDepartment(ctx context.Context, in DepartmentChange) (out DepartmentChanged, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	if min(in.Id, in.ParentId, in.Order) < 0 {
		return out, invalid(words{"id, parent_id and order must not be negative", "id、parent_id 与 order 不能为负数"})
	}
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		d := contacts.Department{Id: in.Id, Name: in.Name, ParentId: in.ParentId, Order: in.Order, Hidden: in.Hidden}
		out.Id, err = w.engine.PutDepartment(ctx, in.CorpId, d)
		return err
	})
	return out, err
}
