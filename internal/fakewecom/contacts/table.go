package contacts

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// column is one of a table, under any of its headings. WeCom gives templates in its console;
// their headings have been others over the years.
type column struct {
	name     string
	headings []string
	required bool
}

func memberColumns() []column {
	return []column{
		{"name", []string{"姓名", "name"}, true},
		{"userid", []string{"帐号", "账号", "userid"}, true},
		{"mobile", []string{"手机号", "手机", "mobile"}, false},
		{"email", []string{"邮箱", "个人邮箱", "email"}, false},
		{"biz_mail", []string{"企业邮箱", "biz_mail"}, false},
		{"department", []string{"所在部门", "部门", "department"}, false},
		{"position", []string{"职位", "职务", "position"}, false},
		{"alias", []string{"别名", "英文名", "alias"}, false},
		{"telephone", []string{"座机", "telephone"}, false},
		{"address", []string{"地址", "address"}, false},
	}
}

func departmentColumns() []column {
	return []column{
		{"name", []string{"部门名称", "name"}, true},
		{"id", []string{"部门ID", "部门id", "id"}, true},
		{"parentid", []string{"父部门ID", "父部门id", "上级部门ID", "parentid"}, true},
		{"order", []string{"排序", "order"}, false},
	}
}

// readTable reads the rows of a CSV file in UTF-8, by the names of the columns.
func readTable(data []byte, columns []column) (rows []map[string]string, err error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	lines, err := r.ReadAll()
	if err != nil || len(lines) == 0 {
		return nil, platform.BadParam("the file is no CSV")
	}
	at := map[string]int{}
	for _, c := range columns {
		i := slices.IndexFunc(lines[0], func(heading string) bool { return slices.Contains(c.headings, strings.TrimSpace(heading)) })
		if i >= 0 {
			at[c.name] = i
		} else if c.required {
			return nil, platform.BadParam("the file has no column %s", c.headings[0])
		}
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for name, i := range at {
			if i < len(line) {
				row[name] = strings.TrimSpace(line[i])
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// idsOf reads ids that are joined by semicolons.
func idsOf(text string) (ids []int64, err error) {
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, platform.Refuse(codeBadDepartment, "invalid department id")
		}
		ids = append(ids, id)
	}
	return ids, nil
}
