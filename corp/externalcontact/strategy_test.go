package externalcontact_test

import (
	"slices"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/checked
func TestStrategiesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	type customers = externalcontact.CustomerPrivilege
	type moments = externalcontact.MomentPrivilege
	user := externalcontact.StrategyNode{Type: externalcontact.NodeUser, UserId: "woLin"}
	create := func(change func(*externalcontact.NewStrategy[customers])) func() error {
		s := externalcontact.NewStrategy[customers]{StrategyName: "华东", AdminList: someIds(1), Range: []externalcontact.StrategyNode{user}}
		change(&s)
		return func() error { _, err := externalcontact.CustomerStrategyCreate(api, s); return err }
	}
	node := func(n externalcontact.StrategyNode) func() error {
		return create(func(s *externalcontact.NewStrategy[customers]) { s.Range = append(s.Range, n) })
	}
	edit := func(s externalcontact.StrategyEdit[customers]) func() error {
		s.StrategyId.StrategyId = 7
		return func() error { return externalcontact.CustomerStrategyEdit(api, s) }
	}
	for want, call := range map[string]func() error{
		"parent_id is -1":          create(func(s *externalcontact.NewStrategy[customers]) { s.ParentId = -1 }),
		"strategy_name is empty":   create(func(s *externalcontact.NewStrategy[customers]) { s.StrategyName = "" }),
		"admin_list is empty":      create(func(s *externalcontact.NewStrategy[customers]) { s.AdminList = nil }),
		"admin_list has 21":        create(func(s *externalcontact.NewStrategy[customers]) { s.AdminList = someIds(21) }),
		"the number of range is 0": create(func(s *externalcontact.NewStrategy[customers]) { s.Range = nil }),
		"range has 101":            create(func(s *externalcontact.NewStrategy[customers]) { s.Range = slices.Repeat(s.Range, 101) }),
		"range[1]: type 0":         node(externalcontact.StrategyNode{UserId: "woLin"}),
		"type 1, userid \"\"":      node(externalcontact.StrategyNode{Type: externalcontact.NodeUser, PartyId: 7}),
		"type 1, userid \"woLin\"": node(externalcontact.StrategyNode{Type: externalcontact.NodeUser, UserId: "woLin", PartyId: 7}),
		"type 2, userid \"woLin\"": node(externalcontact.StrategyNode{Type: externalcontact.NodeParty, UserId: "woLin", PartyId: 7}),
		"partyid 0":                node(externalcontact.StrategyNode{Type: externalcontact.NodeParty}),
		"admin_list has 22":        edit(externalcontact.StrategyEdit[customers]{AdminList: someIds(22)}),
		"range_add has 101":        edit(externalcontact.StrategyEdit[customers]{RangeAdd: slices.Repeat([]externalcontact.StrategyNode{user}, 101)}),
		"range_del has 101":        edit(externalcontact.StrategyEdit[customers]{RangeDel: slices.Repeat([]externalcontact.StrategyNode{user}, 101)}),
		"range_del[0]: type 3":     edit(externalcontact.StrategyEdit[customers]{RangeDel: []externalcontact.StrategyNode{{Type: 3}}}),
		"strategy_id is 0":         func() error { return externalcontact.CustomerStrategyDel(api, 0) },
		"strategy_id is -1":        func() error { return externalcontact.MomentStrategyDel(api, -1) },
		"range_add has 3001": func() error {
			return externalcontact.MomentStrategyEdit(api, externalcontact.StrategyEdit[moments]{StrategyId: externalcontact.StrategyId{StrategyId: 7}, RangeAdd: slices.Repeat([]externalcontact.StrategyNode{user}, 3001)})
		},
	} {
		assert.ErrorContains(t, call(), want)
	}
	for i, err := range []error{
		failure(externalcontact.CustomerStrategyGet(api, 0)), failure(externalcontact.CustomerStrategyGetRange(api, 0, "", 0)),
		failure(externalcontact.MomentStrategyGet(api, 0)), failure(externalcontact.MomentStrategyGetRange(api, 0, "", 0)),
		externalcontact.CustomerStrategyEdit(api, externalcontact.StrategyEdit[customers]{}), externalcontact.MomentStrategyEdit(api, externalcontact.StrategyEdit[moments]{}),
	} {
		require.ErrorContains(t, err, "strategy_id is 0", i)
	}
}

// All rights are sent, those that are false as well; no rights at all are WeCom's own choice.
// G: endpoint/zeros
func TestRightsOfAStrategy(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"strategy_id":"7"}`, `{}`, `{"errcode":45035,"strategy_id":7}`)
	made, err := externalcontact.MomentStrategyCreate(api, externalcontact.NewStrategy[externalcontact.MomentPrivilege]{
		StrategyName: "华东", AdminList: someIds(20), Range: slices.Repeat([]externalcontact.StrategyNode{{Type: externalcontact.NodeParty, PartyId: 2}}, 101),
	})
	require.NoError(t, err)
	assert.Equal(t, int64(7), made)
	require.NoError(t, externalcontact.MomentStrategyEdit(api, externalcontact.StrategyEdit[externalcontact.MomentPrivilege]{
		StrategyId: externalcontact.StrategyId{StrategyId: 7}, Privilege: &externalcontact.MomentPrivilege{SendMoment: true},
	}))
	assert.NotContains(t, asked()[0], "privilege")
	assert.Equal(t, `/cgi-bin/externalcontact/moment_strategy/edit {"strategy_id":7,"privilege":{"view_moment_list":false,"send_moment":true,"manage_moment_cover_and_sign":false}}`, asked()[1])

	made, err = externalcontact.CustomerStrategyCreate(api, externalcontact.NewStrategy[externalcontact.CustomerPrivilege]{
		StrategyName: "华东", AdminList: someIds(20), Range: slices.Repeat([]externalcontact.StrategyNode{{Type: externalcontact.NodeUser, UserId: "woLin"}}, 100),
	})
	require.ErrorIs(t, err, token.Code(45035))
	assert.Zero(t, made)
}
