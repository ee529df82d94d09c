package sandbox

import (
	"context"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/desk"
)

// LicensePolicy is what WeCom's documents leave open about licenses.
type LicensePolicy struct {
	CapDays        int   `json:"cap_days" doc:"how long an account may run at most" zh:"账号最长有效天数"`
	BindDays       int   `json:"bind_days" doc:"a code must be bound within so many days; 0: no limit" zh:"激活码须在多少天内绑定，0 为不限"`
	UnpaidLife     Span  `json:"unpaid_life" doc:"then an unpaid order expires; 0s: never" zh:"待支付订单多久后过期，0s 为不过期"`
	GenerateDelay  Span  `json:"generate_delay" doc:"from payment to the codes and license_pay_success" zh:"支付后多久生成激活码并推送 license_pay_success"`
	JobDelay       Span  `json:"job_delay" doc:"how long jobs of orders and payments run" zh:"下单与支付任务的执行时长"`
	MinOrderGap    Span  `json:"min_order_gap" doc:"two orders of one corp nearer than this get 701134; 0s: never" zh:"同一企业两次下单的最短间隔，不足则返回 701134，0s 为不限"`
	SinglePayLimit int64 `json:"single_pay_limit" doc:"fen per payment from the balance; 0: none" zh:"单次余额支付上限，单位：分，0 为不限"`

	CapBeforeWindow     bool `json:"cap_before_window" doc:"701030 goes before 701082 when both hold" zh:"701030 与 701082 同时成立时返回 701030"`
	ListClosedEnd       bool `json:"list_closed_end" doc:"list_order includes orders made at end_time" zh:"list_order 含 end_time 当时的订单"`
	UnpaidAccountsEmpty bool `json:"unpaid_accounts_empty" doc:"list_order_account of an unpaid order: an empty list, not 701083" zh:"待支付订单的 list_order_account 返回空列表，而非 701083"`
	RenewExpired        bool `json:"renew_expired" doc:"renewal jobs take expired accounts, not 701016" zh:"续期任务接受已过期账号，而非返回 701016"`
	TransferAddsRest    bool `json:"transfer_adds_rest" doc:"a transfer adds the receiver's remaining time" zh:"继承时累加接替成员的剩余时长"`
	ShareCountsAll      bool `json:"share_counts_all" doc:"the cap counts all codes ever given to the downstream corp" zh:"分享上限按累计分享数计算"`
	SameUserTwice       bool `json:"same_user_twice" doc:"a batch may name one member twice" zh:"批量激活可重复同一成员"`
	UnknownCodesSplit   bool `json:"unknown_codes_split" doc:"a batch of unknown codes only: lists, not 701010" zh:"批量查询全为无效激活码时返回列表，而非 701010"`
	RefundKeepsCodes    bool `json:"refund_keeps_codes" doc:"a refund leaves codes and expiry as they are" zh:"退款后激活码与到期时间不变"`
	AppOrderWarns       bool `json:"app_order_warns" doc:"a broken app-order rule only puts WARNING into errmsg" zh:"违反应用订单规则时仅在 errmsg 中提示 WARNING"`
	AutoAfterTrial      bool `json:"auto_after_trial" doc:"during the trial automatic activation waits for its last 7 days" zh:"试用期内至最后 7 天才自动激活"`
}

// ShowLicensePolicy shows the policy.
func (w *World) ShowLicensePolicy(context.Context, none) (LicensePolicy, error) {
	p := w.engine.LicensePolicyOf(w.provider)
	return LicensePolicy{p.CapDays, p.BindDays, Span(p.UnpaidLife), Span(p.GenerateDelay), Span(p.JobDelay), Span(p.MinOrderGap), p.SinglePayLimit,
		p.CapBeforeWindow, p.ListClosedEnd, p.UnpaidAccountsEmpty, p.RenewExpired, p.TransferAddsRest, p.ShareCountsAll, p.SameUserTwice,
		p.UnknownCodesSplit, p.RefundKeepsCodes, p.AppOrderWarns, p.AutoAfterTrial}, nil
}

// SetLicensePolicy replaces the policy, all of it but for prices.
func (w *World) SetLicensePolicy(ctx context.Context, in LicensePolicy) (LicensePolicy, error) {
	const most = 100_000 // days
	spans := min(in.UnpaidLife, in.GenerateDelay, in.JobDelay, in.MinOrderGap)
	if min(int64(in.CapDays), int64(in.BindDays), int64(spans), in.SinglePayLimit) < 0 || max(in.CapDays, in.BindDays) > most {
		return LicensePolicy{}, invalid(words{"numbers and spans must not be negative, and days at most %d", "数值与时长不能为负数，天数至多 %d"}, most)
	}
	p := w.engine.LicensePolicyOf(w.provider)
	p.CapDays, p.BindDays, p.SinglePayLimit = in.CapDays, in.BindDays, in.SinglePayLimit
	p.UnpaidLife, p.GenerateDelay = time.Duration(in.UnpaidLife), time.Duration(in.GenerateDelay)
	p.JobDelay, p.MinOrderGap = time.Duration(in.JobDelay), time.Duration(in.MinOrderGap)
	p.CapBeforeWindow, p.ListClosedEnd, p.UnpaidAccountsEmpty, p.RenewExpired = in.CapBeforeWindow, in.ListClosedEnd, in.UnpaidAccountsEmpty, in.RenewExpired
	p.TransferAddsRest, p.ShareCountsAll, p.SameUserTwice = in.TransferAddsRest, in.ShareCountsAll, in.SameUserTwice
	p.UnknownCodesSplit, p.RefundKeepsCodes, p.AppOrderWarns, p.AutoAfterTrial = in.UnknownCodesSplit, in.RefundKeepsCodes, in.AppOrderWarns, in.AutoAfterTrial
	w.engine.SetLicensePolicy(w.provider, p)
	return w.ShowLicensePolicy(ctx, none{})
}

// CorpLicense is what the rules of licenses find in a corp.
type CorpLicense struct {
	AutoActive    bool `json:"auto_active" doc:"automatic activation (自动激活)" zh:"是否自动激活"`
	Bought        bool `json:"bought" doc:"a license was ever paid for it: only then it has automatic activation" zh:"是否购买过接口许可，购买后才能设置自动激活"`
	NoInteropApp  bool `json:"no_interop_app" doc:"none of its apps has 客户联系 or 微信客服" zh:"没有应用具有客户联系或微信客服权限"`
	Overseas      bool `json:"overseas" doc:"outside of China" zh:"是否为海外企业"`
	Legacy        int  `json:"legacy" doc:"from before the licenses: 0 no, 1 not migrated, 2 migrating, 3 migrated" zh:"存量企业：0 不是，1 未迁移，2 迁移中，3 已迁移"`
	HeadCount     int  `json:"head_count" doc:"of the address book; 0: not checked" zh:"通讯录人数，0 为不检查"`
	AppOrders     int  `json:"app_orders" doc:"of app editions: 0 not checked, 1 none, 2 expired, 3 trial, 4 valid" zh:"应用版本订单：0 不检查，1 没有，2 已过期，3 试用，4 有效"`
	AppOrderDays  int  `json:"app_order_days" doc:"of the longest valid one" zh:"最长有效应用订单的天数"`
	TrialHeads    int  `json:"trial_heads" doc:"head-count limit of the free trial" zh:"免费试用的人数上限"`
	Livelihood    bool `json:"livelihood" doc:"民生 corp" zh:"是否为民生企业"`
	LivelihoodCap int  `json:"livelihood_cap" doc:"accounts in one order; 0: any" zh:"民生企业单笔订单账号上限，0 为不限"`
}

// CorpLicenseChange is what becomes of it. What is left out stays.
type CorpLicenseChange struct {
	CorpRef
	AutoActive    *bool `json:"auto_active" doc:"automatic activation (自动激活)" zh:"是否自动激活"`
	NoInteropApp  *bool `json:"no_interop_app" doc:"none of its apps has 客户联系 or 微信客服" zh:"没有应用具有客户联系或微信客服权限"`
	Overseas      *bool `json:"overseas" doc:"outside of China" zh:"是否为海外企业"`
	Legacy        *int  `json:"legacy" doc:"from before the licenses: 0 no, 1 not migrated, 2 migrating, 3 migrated" zh:"存量企业：0 不是，1 未迁移，2 迁移中，3 已迁移"`
	HeadCount     *int  `json:"head_count" doc:"of the address book; 0: not checked" zh:"通讯录人数，0 为不检查"`
	AppOrders     *int  `json:"app_orders" doc:"of app editions: 0 not checked, 1 none, 2 expired, 3 trial, 4 valid" zh:"应用版本订单：0 不检查，1 没有，2 已过期，3 试用，4 有效"`
	AppOrderDays  *int  `json:"app_order_days" doc:"of the longest valid one" zh:"最长有效应用订单的天数"`
	TrialHeads    *int  `json:"trial_heads" doc:"head-count limit of the free trial" zh:"免费试用的人数上限"`
	Livelihood    *bool `json:"livelihood" doc:"民生 corp" zh:"是否为民生企业"`
	LivelihoodCap *int  `json:"livelihood_cap" doc:"accounts in one order; 0: any" zh:"民生企业单笔订单账号上限，0 为不限"`
}

// ShowCorpLicense shows what the rules of licenses find in a corp.
func (w *World) ShowCorpLicense(_ context.Context, in CorpRef) (CorpLicense, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return CorpLicense{}, err
	}
	c := w.engine.CorpLicences(w.provider, in.CorpId)
	f := c.Facts
	return CorpLicense{c.AutoActive, c.Bought, f.NoInteropApp, f.Overseas, int(f.Legacy), f.HeadCount, int(f.AppOrders.State), f.AppOrders.Days,
		f.AppOrders.TrialHeads, f.Livelihood, f.LivelihoodCap}, nil
}

// ChangeCorpLicense changes what the rules of licenses find in a corp.
func (w *World) ChangeCorpLicense(ctx context.Context, in CorpLicenseChange) (CorpLicense, error) {
	old, err := w.ShowCorpLicense(ctx, in.CorpRef)
	if err != nil {
		return old, err
	}
	if in.AutoActive != nil {
		if err := w.engine.SetAutoActive(context.WithoutCancel(ctx), w.provider, in.CorpId, *in.AutoActive); err != nil {
			return old, err
		}
	}
	in.apply(&old)
	if min(old.HeadCount, old.AppOrderDays, old.TrialHeads, old.LivelihoodCap, old.Legacy, old.AppOrders) < 0 ||
		old.Legacy > int(desk.LegacyMigrated) || old.AppOrders > int(desk.AppOrdersValid) {
		return old, invalid(words{"numbers must not be negative; legacy is 0 to 3, app_orders 0 to 4", "数值不能为负数；legacy 应为 0 至 3，app_orders 应为 0 至 4"})
	}
	f := desk.LicenseFacts{NoInteropApp: old.NoInteropApp, Overseas: old.Overseas, Legacy: desk.LegacyState(old.Legacy), HeadCount: old.HeadCount,
		AppOrders:  desk.AppOrders{State: desk.AppOrderState(old.AppOrders), Days: old.AppOrderDays, TrialHeads: old.TrialHeads},
		Livelihood: old.Livelihood, LivelihoodCap: old.LivelihoodCap}
	if err := w.engine.SetLicenseFacts(w.provider, in.CorpId, f); err != nil {
		return old, err
	}
	return w.ShowCorpLicense(ctx, in.CorpRef)
}

func (in CorpLicenseChange) apply(to *CorpLicense) {
	change(&to.NoInteropApp, in.NoInteropApp)
	change(&to.Overseas, in.Overseas)
	change(&to.Legacy, in.Legacy)
	change(&to.HeadCount, in.HeadCount)
	change(&to.AppOrders, in.AppOrders)
	change(&to.AppOrderDays, in.AppOrderDays)
	change(&to.TrialHeads, in.TrialHeads)
	change(&to.Livelihood, in.Livelihood)
	change(&to.LivelihoodCap, in.LivelihoodCap)
}
