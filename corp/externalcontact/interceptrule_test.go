package externalcontact_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// WeCom's samples have the semantics in two places, and an id that is a number.
func TestInterceptRulesAsTheyCome(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"rule":{"rule_id":1,"semantics_list":[1,"2"]}}`, `{"rule":{"extra_rule":{"semantics_list":[3]}}}`, `{"rule":{"extra_rule":null}}`)
	var found [][]int
	for range 3 {
		rule, err := externalcontact.GetInterceptRule(api, "r")
		require.NoError(t, err)
		found = append(found, rule.Semantics())
	}
	assert.Equal(t, [][]int{{1, 2}, {3}, nil}, found)
}

// An empty list clears the semantics of a rule; without one they stay.
// G: endpoint/zeros
func TestInterceptRuleEdits(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{}`)
	extra := &externalcontact.ExtraRule{}
	require.NoError(t, externalcontact.UpdateInterceptRule(api, externalcontact.InterceptRuleEdit{RuleId: "r", ExtraRule: extra}))
	require.NoError(t, externalcontact.UpdateInterceptRule(api, externalcontact.InterceptRuleEdit{RuleId: "r", RuleName: "新"}))
	assert.Equal(t, []string{
		`/cgi-bin/externalcontact/update_intercept_rule {"rule_id":"r","extra_rule":{"semantics_list":[]}}`,
		`/cgi-bin/externalcontact/update_intercept_rule {"rule_id":"r","rule_name":"新"}`,
	}, asked())
	assert.Nil(t, extra.SemanticsList, "the caller's stays")
}

// G: endpoint/checked
func TestInterceptRulesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	add := func(change func(r *externalcontact.NewInterceptRule)) func() error {
		r := externalcontact.NewInterceptRule{RuleName: "规则", WordList: []string{"返利"}, InterceptType: externalcontact.InterceptBlock, ApplicableRange: externalcontact.RuleRange{DepartmentList: []int64{1}}}
		change(&r)
		return func() error { return failure(externalcontact.AddInterceptRule(api, r)) }
	}
	edit := func(r externalcontact.InterceptRuleEdit) func() error {
		r.RuleId = "r"
		return func() error { return externalcontact.UpdateInterceptRule(api, r) }
	}
	long := strings.Repeat("字", 33)
	for want, call := range map[string]func() error{
		"rule_name is empty":                         add(func(r *externalcontact.NewInterceptRule) { r.RuleName = "" }),
		"rule_name has 33 characters":                add(func(r *externalcontact.NewInterceptRule) { r.RuleName = long }),
		"word_list is empty":                         add(func(r *externalcontact.NewInterceptRule) { r.WordList = nil }),
		"word_list[1] is empty":                      add(func(r *externalcontact.NewInterceptRule) { r.WordList = []string{"返利", ""} }),
		"word_list[0]: word has 33":                  add(func(r *externalcontact.NewInterceptRule) { r.WordList = []string{long} }),
		"word_list has 301":                          add(func(r *externalcontact.NewInterceptRule) { r.WordList = someIds(301) }),
		"semantics_list[1]: semantics is 4":          add(func(r *externalcontact.NewInterceptRule) { r.SemanticsList = []int{1, 4} }),
		"intercept_type is 0":                        add(func(r *externalcontact.NewInterceptRule) { r.InterceptType = 0 }),
		"applicable_range has neither":               add(func(r *externalcontact.NewInterceptRule) { r.ApplicableRange = externalcontact.RuleRange{} }),
		"applicable_range.user_list has 1001":        add(func(r *externalcontact.NewInterceptRule) { r.ApplicableRange.UserList = someIds(1001) }),
		"applicable_range.department_list has 1001":  add(func(r *externalcontact.NewInterceptRule) { r.ApplicableRange.DepartmentList = make([]int64, 1001) }),
		"rule_name has 21":                           edit(externalcontact.InterceptRuleEdit{RuleName: strings.Repeat("字", 21)}),
		"word_list has 302":                          edit(externalcontact.InterceptRuleEdit{WordList: someIds(302)}),
		"word_list[0]: word is empty":                edit(externalcontact.InterceptRuleEdit{WordList: []string{""}}),
		"semantics_list[0]: semantics is 0":          edit(externalcontact.InterceptRuleEdit{ExtraRule: &externalcontact.ExtraRule{SemanticsList: []int{0}}}),
		"intercept_type is 3":                        edit(externalcontact.InterceptRuleEdit{InterceptType: 3}),
		"add_applicable_range has neither":           edit(externalcontact.InterceptRuleEdit{AddApplicableRange: &externalcontact.RuleRange{}}),
		"remove_applicable_range.user_list has 1001": edit(externalcontact.InterceptRuleEdit{RemoveApplicableRange: &externalcontact.RuleRange{UserList: someIds(1001)}}),
		"rule_id is empty":                           func() error { return externalcontact.UpdateInterceptRule(api, externalcontact.InterceptRuleEdit{}) },
		"wecom: rule_id is empty":                    func() error { return failure(externalcontact.GetInterceptRule(api, "")) },
		"wecom: rule_id is":                          func() error { return externalcontact.DelInterceptRule(api, "") },
	} {
		assert.ErrorContains(t, call(), want)
	}

	api, _ = corptest.Script(t, `{"rule_id":1}`)
	id, err := externalcontact.AddInterceptRule(api, externalcontact.NewInterceptRule{
		RuleName: strings.Repeat("字", 20), WordList: append(someIds(299), long[:32*len("字")]), SemanticsList: []int{externalcontact.SemanticsMobile, externalcontact.SemanticsRedPacket},
		InterceptType: externalcontact.InterceptWarn, ApplicableRange: externalcontact.RuleRange{UserList: someIds(1000), DepartmentList: make([]int64, 1000)},
	})
	require.NoError(t, err)
	assert.Equal(t, "1", id)
}
