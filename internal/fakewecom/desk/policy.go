package desk

import "time"

// Limits that WeCom's pages state.
const (
	licMonthDays      = 31
	licMinDays        = 31
	licMaxDays        = 1860 // also how far ahead a renewal by date may end
	licMaxRenewMonths = 60
	licMaxCount       = 1_000_000
	licTestMaxCount   = 1000
	licMergeDays      = 20 // an account with more days left takes no further code
	licTransferDays   = 30 // between two transfers of an employed member's account
	licAutoDays       = 7  // automatic activation renews at this many days left
	licTrialDays      = 90
	licTrialMaxDays   = 93 // longest license during the free trial
	licShortDays      = 93 // licenses up to this are limited by head count
	licHeadFactor     = 2
	licBatchMax       = 1000
	licUnionCallMax   = 10
	licUnionJobMax    = 100_000
	licJobKeep        = 7 * 24 * time.Hour
	licListSpan       = 31 * 24 * time.Hour
	licLimitDefault   = 500
	licLimitMax       = 1000
)

// LicensePolicy holds every choice that WeCom's pages leave open or that is
// known at second hand only. Start from DefaultLicensePolicy.
type LicensePolicy struct {
	CapDays       int           // "5 years": 60 months of 31 days must fit, so 1825 can't be meant
	BindDays      int           // a code must be bound within so many days; 0: no limit. An older page said 365
	UnpaidLife    time.Duration // after it an unpaid order expires; 0: never. Undocumented
	GenerateDelay time.Duration // from payment to the codes and license_pay_success
	JobDelay      time.Duration // how long multi-corp and payment jobs stay in state 2
	MinOrderGap   time.Duration // two orders of one corp nearer than this: 701134; 0: never

	CapBeforeWindow     bool // 701030 goes before 701082 when both hold
	ListClosedEnd       bool // list_order includes orders made at end_time
	UnpaidAccountsEmpty bool // list_order_account of an unpaid order: empty list, not 701083
	RenewExpired        bool // renewal jobs take expired accounts, not 701016
	TransferAddsRest    bool // a transfer adds the receiver's remaining time
	ShareCountsAll      bool // the cap counts all codes ever given to the downstream corp
	SameUserTwice       bool // a batch may name one member twice
	UnknownCodesSplit   bool // a batch of unknown codes only: lists, not 701010
	RefundKeepsCodes    bool // a refund leaves codes and expiry as they are
	AppOrderWarns       bool // a broken app-order rule only puts WARNING into errmsg
	AutoAfterTrial      bool // during the trial automatic activation waits for its last 7 days

	SinglePayLimit int64 // fen per balance payment; 0: none
	Prices         Prices
	AdvancedYear   map[int]int64 // fen per seat and year of each advanced edition
}

// DefaultLicensePolicy returns the most plausible choices. Prices and periods
// without a source are invented.
func DefaultLicensePolicy() LicensePolicy {
	return LicensePolicy{
		CapDays:        1860,
		BindDays:       365,
		UnpaidLife:     7 * 24 * time.Hour,
		SinglePayLimit: 100_000_000_00,
		Prices: Prices{
			Base:    []PriceTier{{0, 5000}, {200, 4000}, {1000, 3000}},
			Interop: []PriceTier{{0, 10000}, {200, 8000}, {1000, 6000}},
		},
		AdvancedYear: map[int]int64{2: 30000, 3: 45000},
	}
}

// mergedExpiry is the expiry of a code of so many days, bound at now by a
// member whose account of the type ends at oldExpire (0: none).
func (p LicensePolicy) mergedExpiry(oldExpire, now int64, days int) (expire int64, code int) {
	rest := max(0, oldExpire-now)
	total := rest + licDays(days)
	late, long := rest > licDays(licMergeDays), total > licDays(p.CapDays)
	switch {
	case long && (p.CapBeforeWindow || !late):
		return 0, codeAboveFiveYears
	case late:
		return 0, codeTooMuchLeft
	}
	return now + total, codeOK
}

func licDays(n int) int64 { return int64(n) * 86400 }

// licEndOfDay moves a moment to 24:00 of its day in Beijing; a midnight stays.
func licEndOfDay(unix int64) int64 {
	const beijing, day = 8 * 3600, 86400
	if past := (unix + beijing) % day; past != 0 {
		return unix + day - past
	}
	return unix
}
