package contacts

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Kinds of imports.
const (
	syncMembers        = "sync_user"
	replaceMembers     = "replace_user"
	replaceDepartments = "replace_party"
)

// States of an import.
const (
	importBegun = 1
	importDone  = 3
)

func (cs *Contacts) imports() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/batch/syncuser":     cs.editors(beginImport(syncMembers)),
		"/cgi-bin/batch/replaceuser":  cs.editors(beginImport(replaceMembers)),
		"/cgi-bin/batch/replaceparty": cs.editors(beginImport(replaceDepartments)),
		"/cgi-bin/batch/getresult":    cs.editors(importResult),
		"/cgi-bin/batch/invite":       cs.editors(invite),
	}
}

// importer is how the rows of a file become members or departments.
type importer struct {
	columns []column
	do      func(a *ask, rows []map[string]string) ([]obj, error)
}

func importers() map[string]importer {
	return map[string]importer{
		syncMembers:        {memberColumns(), importMembers},
		replaceMembers:     {memberColumns(), importAllMembers},
		replaceDepartments: {departmentColumns(), importDepartments},
	}
}

// take is the work of an import.
func (j *job) take(a *ask, x importer) error {
	rows, err := readTable(j.data, x.columns)
	if err != nil {
		return err
	}
	j.results, err = x.do(a, rows)
	return err
}

// beginImport makes the endpoint that begins an import of one kind.
func beginImport(kind string) func(a *ask) (obj, error) {
	return func(a *ask) (obj, error) {
		fileKind, data, ok := a.cs.uploaded(a.corp.Id, a.Str("media_id"))
		if !ok || fileKind != "file" {
			return nil, platform.Refuse(codeBadMedia, "invalid media_id")
		}
		own, err := a.callback()
		if err != nil {
			return nil, err
		}
		return a.begin(job{kind: kind, data: data, own: own}), nil
	}
}

// importResult reads how far an import is. That the whole of it has failed stands in each row:
// the answer has no other place for it.
func importResult(a *ask) (obj, error) {
	j, err := a.job(false)
	if err != nil {
		return nil, err
	}
	if !j.done {
		return obj{"type": j.kind, "status": importBegun, "total": 0, "percentage": 0, "result": []obj{}}, nil
	}
	results := append([]obj{}, j.results...)
	if j.code != 0 && len(results) == 0 {
		results = append(results, obj{"errcode": j.code, "errmsg": j.text})
	}
	return obj{"type": j.kind, "status": importDone, "total": len(j.results), "percentage": 100, "result": results}, nil
}

// importMembers makes and changes the members of a file.
func importMembers(a *ask, rows []map[string]string) (results []obj, err error) {
	for _, row := range rows {
		code, text := platform.CodeOf(a.importMember(row))
		results = append(results, obj{"errcode": code, "errmsg": text, "userid": row["userid"]})
	}
	a.removeDoomed()
	return results, nil
}

// importMember makes or changes one. What is empty in the file stays as it is.
func (a *ask) importMember(row map[string]string) error {
	departments, err := idsOf(row["department"])
	if err != nil {
		return err
	}
	in := userReq{UserId: row["userid"], Name: row["name"], Mobile: row["mobile"], Email: row["email"], BizMail: row["biz_mail"], Department: departments}
	fields := obj{}
	for _, name := range []string{"position", "alias", "telephone", "address"} {
		if row[name] != "" {
			fields[name] = row[name]
		}
	}
	m, err := a.edited(in.UserId)
	switch code, _ := platform.CodeOf(err); {
	case code == codeNoUser && in.Name == "":
		return platform.Refuse(codeUserName, "invalid user name")
	case code == codeNoUser:
		_, err := a.create(in, fields)
		return err
	case err != nil:
		return err
	}
	return a.importOver(in, fields, m)
}

// importOver changes a member. Departments that are not there are made.
func (a *ask) importOver(req userReq, fields obj, m platform.Member) error {
	if err := a.fits(&req, m); err != nil {
		return err
	}
	if len(req.Department) > 0 {
		before := m.In()
		ids, _, err := a.enter(req.Department, before)
		if err != nil {
			return err
		}
		if !slices.Equal(before, ids) {
			a.book.profiles[m.UserId].moved()
		}
		m.Departments = ids
	}
	a.keep(req, fields, m)
	return nil
}

// importAllMembers makes the members those of a file.
func importAllMembers(a *ask, rows []map[string]string) (results []obj, err error) {
	var leaving []platform.Member
	all := 0
	for _, m := range a.corp.Members {
		if !m.Visible() {
			continue
		}
		all++
		stays := slices.ContainsFunc(rows, func(row map[string]string) bool {
			return strings.EqualFold(row["userid"], m.UserId) || strings.EqualFold(row["userid"], m.PlainUserId)
		})
		if !stays && !a.isCreator(m) {
			leaving = append(leaving, m)
		}
	}
	if tooMany(len(leaving), all) {
		err := platform.Refuse(codeManyDeleted, "too many members would be deleted")
		code, text := platform.CodeOf(err)
		for _, row := range rows {
			results = append(results, obj{"errcode": code, "errmsg": text, "userid": row["userid"]})
		}
		return results, err
	}
	for _, m := range leaving {
		m.Left = true
		a.cs.put(a.corp, m, nobody)
	}
	return importMembers(a, rows)
}

// tooMany reports whether an import stops because of the members that it would delete: more
// than 50 and a fifth of all, or less than that and four fifths.
func tooMany(leaving, all int) bool {
	if leaving > 50 {
		return leaving*5 > all
	}
	return leaving*5 > all*4
}
