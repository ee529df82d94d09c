package contacts

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// tell pushes change_contact to the apps of a corp. fields says what an app hears; nil: it hears
// nothing.
func (cs *Contacts) tell(corp *platform.Corp, change string, fields func(v viewer) []platform.Field) {
	for _, in := range cs.host.Installs(corp.Id) {
		if more := fields(cs.viewer(corp, cs.host.Suite(in.SuiteId()), in)); more != nil {
			cs.host.TellInstall(in, "change_contact", append([]platform.Field{platform.Text("ChangeType", change)}, more...)...)
		}
	}
}

// tellMember tells of a member who is new, has changed or has left. maker is the suite that
// has made him, which hears nothing of it; "-": none has.
func (cs *Contacts) tellMember(corp *platform.Corp, before, after platform.Member, maker string) {
	if before.Left {
		before = platform.Member{} // who comes back is new
	}
	cs.tell(corp, changeOf(before, after), func(v viewer) []platform.Field {
		seen := after.Visible() || before.UserId != "" && before.Visible()
		if !seen || before.UserId == "" && maker == v.suiteId {
			return nil
		}
		fields := []platform.Field{platform.Text("UserID", after.UserId)}
		if !v.template {
			fields = append(fields, platform.Text("OpenUserID", after.UserId))
		}
		if after.Left {
			return fields
		}
		return append(fields, v.changed(before, after)...)
	})
}

func changeOf(before, after platform.Member) string {
	switch {
	case after.Left:
		return "delete_user"
	case before.UserId == "":
		return "create_user"
	}
	return "update_user"
}

// changed are the fields of a member that are not what they were.
func (v viewer) changed(before, after platform.Member) (fields []platform.Field) {
	fresh := before.UserId == ""
	if fresh || before.Name != after.Name {
		fields = append(fields, platform.Text("Name", v.name(after)))
	}
	if fresh || !slices.Equal(before.In(), after.In()) {
		ids := v.departmentsOf(after)
		fields = append(fields, platform.Text("Department", commas(ids)))
		if main := v.book.profiles[after.UserId].main(after); slices.Contains(ids, main) {
			fields = append(fields, platform.Number("MainDepartment", main))
		}
	}
	if v.made(after) && before.Mobile != after.Mobile {
		fields = append(fields, platform.Text("Mobile", after.Mobile))
	}
	if !fresh {
		fields = append(fields, platform.Number("Status", int64(v.book.profiles[after.UserId].status())))
	}
	return fields
}

func commas(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, ",")
}

// tellDepartment tells of a department that is new (before is nil) or has changed.
func (cs *Contacts) tellDepartment(corp *platform.Corp, before, after *Department) {
	cs.host.Note(platform.ChangedCorp, "", corp.Id, corp.Id)
	change := "update_party"
	if before == nil {
		change = "create_party"
	}
	cs.tell(corp, change, func(v viewer) []platform.Field {
		if !v.sees(after) {
			return nil
		}
		fields := []platform.Field{platform.Number("Id", after.Id)}
		if before == nil || before.Name != after.Name {
			fields = append(fields, platform.Text("Name", v.departmentName(after)))
		}
		if before == nil || before.ParentId != after.ParentId {
			fields = append(fields, platform.Number("ParentId", after.ParentId))
		}
		if before == nil {
			fields = append(fields, platform.Number("Order", after.Order))
		}
		return fields
	})
}
