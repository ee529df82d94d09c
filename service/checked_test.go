package service

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
)

func person(change func(*ChainPerson)) []ChainContact {
	p := ChainPerson{Name: "Chen", IdentityType: ChainMember, Mobile: "13000000001"}
	change(&p)
	return []ChainContact{{CorpName: "c", ContactInfoList: []ChainPerson{p}}}
}

func customId(id string) []ChainContact { return person(func(p *ChainPerson) { p.UserCustomId = id }) }

// G: endpoint/checked
func TestImportsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	heads := importOf(1, 6)
	for i := range heads[0].ContactInfoList {
		heads[0].ContactInfoList[i].IdentityType = ChainHead
	}
	named := func(name string) []ChainContact {
		list := importOf(1, 1)
		list[0].CorpName = name
		return list
	}
	odd := importOf(1, 1)
	odd[0].CustomId = "a-1"
	for want, corps := range map[string][]ChainContact{
		"corp_name has 33 characters: at most 32":  named(strings.Repeat("企", 33)),
		`corp_name is "a/b": it takes only`:        named("a/b"),
		`custom_id "a-1" has other characters`:     odd,
		"number of heads is 6: it must be 0 to 5":  heads,
		"contact_info_list[0]: name is empty":      person(func(p *ChainPerson) { p.Name = "" }),
		"name has 33 characters":                   person(func(p *ChainPerson) { p.Name = strings.Repeat("n", 33) }),
		"identity_type is 0: it must be 1 to 2":    person(func(p *ChainPerson) { p.IdentityType = 0 }),
		"identity_type is 3":                       person(func(p *ChainPerson) { p.IdentityType = 3 }),
		"mobile is empty":                          person(func(p *ChainPerson) { p.Mobile = "" }),
		`user_custom_id is "0"`:                    customId("0"),
		`user_custom_id is "012"`:                  customId("012"),
		`user_custom_id is "1a"`:                   customId("1a"),
		`user_custom_id is "+1"`:                   customId("+1"),
		`user_custom_id is "12345678901"`:          customId("12345678901"),
		`user_custom_id is "1234567890123"`:        customId("1234567890123"),
		`user_custom_id is "18446744073709551615"`: customId("18446744073709551615"),
	} {
		_, api := newScript(t)
		got, err := ImportChainContact(api, "t", "c", corps)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "contact_list[0]")
		assert.Empty(t, got)
	}
	five := importOf(1, 5)
	for i := range five[0].ContactInfoList {
		five[0].ContactInfoList[i].IdentityType = ChainHead
	}
	for _, corps := range [][]ChainContact{
		named(strings.Repeat("企", 32)), named("Acme -_()（）1"), five, customId("1"), customId("18446744073709551614"), customId("123456789012"),
	} {
		_, api := newScript(t, `{"errcode":0,"jobid":"j"}`)
		_, err := ImportChainContact(api, "t", "c", corps)
		assert.NoError(t, err)
	}
}

// G: endpoint/checked
func TestDevicesAndMigrationsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	for want, call := range map[string]func(a *token.Api) error{
		`device_sn "a-1" has other characters than`: func(a *token.Api) error { return DelDevice(a, "a-1") },
		`device_sn "ä" has other characters than`:   func(a *token.Api) error { return only(GetDeviceFeature(a, "ä")) },
		"app_migrate_type is 0: it must be 1 to 1":  func(a *token.Api) error { return SetAppMigrateFlag(a, 0) },
		"app_migrate_type is 2: it must be 1 to 1":  func(a *token.Api) error { return only(GetAppMigrateFlag(a, 2)) },
	} {
		_, api := newScript(t)
		assert.ErrorContains(t, call(api), want)
	}
}

// G: endpoint/checked
func TestTheTimeOfAnUpgradeLiesAhead(t *testing.T) {
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		const week = 7 * 24 * time.Hour
		for _, ahead := range []time.Duration{-10 * time.Minute, 0, time.Minute, week, week + 10*time.Minute} {
			_, api := newScript(t, `{"errcode":0}`)
			assert.NoError(t, ApplyToUpgradeChatId(api, clock.Now().Add(ahead)), ahead)
		}
		for _, ahead := range []time.Duration{-11 * time.Minute, -week, week + 11*time.Minute} {
			_, api := newScript(t)
			assert.ErrorContains(t, ApplyToUpgradeChatId(api, clock.Now().Add(ahead)), "it must be within the next 7 days", ahead)
		}
	})
}
