package service

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// What an id migration covers.
const (
	OpenIdTypeUser     = 1 // userid and corpid, together
	OpenIdTypeExternal = 3 // external_userid; for customised apps also tags, customer-service accounts and message ids
)

// OpenIdMigrationReq says which ids of a corp have been migrated.
type OpenIdMigrationReq struct {
	CorpId     string `json:"corpid"`            // "": the bound corp
	AgentId    *int64 `json:"agentid,omitempty"` // the customised app; nil: every third-party app that the provider has there
	OpenIdType []int  `json:"openid_type"`       // OpenIdTypeUser, OpenIdTypeExternal
}

// FinishOpenIdMigration 设置迁移完成: declares the migration of a corp's ids finished. From then
// on the apps see the new ids. This can't be undone.
//
// Errors: 610019 no third-party app installed, 610022 the corp is the provider itself.
// https://developer.work.weixin.qq.com/document/path/99375
func FinishOpenIdMigration(api *token.Api, req OpenIdMigrationReq) error {
	corpId, err := corpOr(api, "corpid", req.CorpId)
	if err = cmp.Or(err, openIdTypes(req.OpenIdType)); err != nil {
		return err
	}
	req.CorpId = corpId
	return api.Do(token.Endpoint{Path: "/cgi-bin/service/finish_openid_migration", Credential: token.Provider}, req, nil)
}

func openIdTypes(types []int) error {
	if len(types) == 0 {
		return errors.New("wecom: openid_type is empty")
	}
	for _, t := range types {
		if t != OpenIdTypeUser && t != OpenIdTypeExternal {
			return fmt.Errorf("wecom: openid_type is %d: it must be 1 or 3", t)
		}
	}
	return nil
}

// FinishExternalUserIdMigration 设置迁移完成: is the older form of [FinishOpenIdMigration] for
// external_userid alone, for use after the corp's administrator has agreed. An empty corpId
// stands for the bound corp.
//
// Errors: 610022 the corp is the provider itself.
// https://developer.work.weixin.qq.com/document/path/96516
func FinishExternalUserIdMigration(api *token.Api, corpId string) error {
	corpId, err := corpOr(api, "corpid", corpId)
	if err != nil {
		return err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/externalcontact/finish_external_userid_migration", Credential: token.Provider}
	return api.Do(ep, corpIdReq{corpId}, nil)
}

// OpenIdMigration is the state of one kind of id.
type OpenIdMigration struct {
	OpenIdType int `json:"openid_type"` // OpenIdTypeUser, OpenIdTypeExternal
	Status     int `json:"status"`      // 0 old ids, 1 new ids
}

type openIdMigrationRes struct {
	MigrationInfo []OpenIdMigration `json:"migration_info"`
}

// GetOpenIdMigration 查询迁移状态: reports which ids the app in the bound corp sees.
// https://developer.work.weixin.qq.com/document/path/97104
func GetOpenIdMigration(api *token.Api) ([]OpenIdMigration, error) {
	ep := token.Endpoint{Path: "/cgi-bin/corp/get_openid_migration", Credential: token.Corp, Read: true}
	res, err := token.Call[openIdMigrationRes](api, ep, nil)
	if err != nil {
		return nil, err
	}
	return res.MigrationInfo, nil
}

// AppMigrateSensitive is the only migration that [SetAppMigrateFlag] knows: that of a
// customised app away from members' sensitive fields.
const AppMigrateSensitive = 1

func checkMigrateType(migrateType int) error {
	return check.Between("app_migrate_type", migrateType, AppMigrateSensitive, AppMigrateSensitive)
}

type appMigrateReq struct {
	AppMigrateType int `json:"app_migrate_type"`
}

// SetAppMigrateFlag 设置历史已授权应用成员敏感信息迁移完成: declares a migration of the customised app
// in the bound corp finished.
//
// WeCom has removed its page; it may stop working.
// https://developer.work.weixin.qq.com/document/path/97104
func SetAppMigrateFlag(api *token.Api, migrateType int) error {
	if err := checkMigrateType(migrateType); err != nil {
		return err
	}
	return api.Do(token.Endpoint{Path: "/cgi-bin/agent/set_app_migrate_flag", Credential: token.Corp}, appMigrateReq{migrateType}, nil)
}

type appMigrateRes struct {
	AppMigrateFlag int `json:"app_migrate_flag"`
}

// GetAppMigrateFlag 读取历史已授权应用成员敏感信息迁移状态: reads what [SetAppMigrateFlag] sets: 0 no,
// 1 finished.
//
// WeCom has removed its page; it may stop working.
// https://developer.work.weixin.qq.com/document/path/97104
func GetAppMigrateFlag(api *token.Api, migrateType int) (int, error) {
	if err := checkMigrateType(migrateType); err != nil {
		return 0, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/agent/get_app_migrate_flag", Credential: token.Corp, Read: true}.Needing("app_migrate_flag")
	res, err := token.Call[appMigrateRes](api, ep, appMigrateReq{migrateType})
	if err != nil {
		return 0, err
	}
	return res.AppMigrateFlag, nil
}
