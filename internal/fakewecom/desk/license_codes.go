package desk

import (
	"cmp"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Error codes of the license, order and cashier endpoints. Where the pages
// leave the code open, the comment says so.
const (
	codeOK              = 0
	codeNoPayRight      = 48001
	codeBadSignature    = 49004
	codeNoAppOrder      = 84080
	codeAppOrderPaid    = 84088
	codeAppOrderUnpaid  = 84106
	codeAppOrderClosed  = 84105
	codePriceTooHigh    = 84077
	codeNoMerchant      = 84158
	codeAppNotInstalled = 84180
	codeNoPrepaid       = 90432
	codeLowBalance      = 90433

	codeNoSuchCode      = 701002 // code without any use left (refunded, merged): undocumented
	codeBound           = 701003
	codeNeverActivated  = 701004
	codeNoSuchOrder     = 701005 // also renewal and multi-corp jobs
	codeBadAccountType  = 701007
	codeAllCodesIllegal = 701010
	codeUserBound       = 701011
	codeBindTooLate     = 701012
	codeJobFull         = 701014
	codeNotInstalled    = 701015
	codeNotActive       = 701016
	codeJustTransferred = 701017
	codeReceiverHasOne  = 701018
	codeBadUser         = 701019
	codeSameUser        = 701020
	codeIllegalCode     = 701021
	codeGenerating      = 701022
	codeSameCode        = 701023
	codeAllFailed       = 701024
	codeEmptyList       = 701025
	codeListTooLong     = 701026
	codeTestCount       = 701027
	codeTestDuration    = 701028
	codeTestRenewal     = 701029
	codeAboveFiveYears  = 701030
	codeMigrating       = 701031
	codeUnpaidOrder     = 701032
	codeOrderGenerating = 701033
	codeMustMigrate     = 701034
	codeFormalExists    = 701035
	codeTestExists      = 701036
	codeRefunding       = 701037
	codeLivelihoodSpan  = 701038
	codeLivelihoodRenew = 701039
	codeLivelihoodCap   = 701040
	codeAppNotShared    = 701051
	codeReceived        = 701054
	codeShared          = 701055
	codeShareCap        = 701056
	codeUpstreamNoAuth  = 701057
	codeNotLinked       = 701058
	codeBadAutoStatus   = 701070
	codeNeverBought     = 701071
	codeNoUnusedCode    = 701072 // by type, none left: undocumented
	codeTooMuchLeft     = 701082
	codeNotPaid         = 701083
	codeNotUnpaid       = 701084
	codeOrderBusy       = 701085
	codeForeignOrder    = 701086
	codeNoInteropApp    = 701087
	codeNotVisible      = 701088
	codeNotInInterop    = 701089
	codeNothingToExtend = 701090
	codePolicyOver      = 701112
	codeParentOrder     = 701120
	codeUnionTestCorp   = 701121
	codeNoValidCorp     = 701122
	codeUnionJobFull    = 701123
	codeSameCorp        = 701124
	codeNotSubmitted    = 701125 // also a payment job that does not exist: undocumented
	codeSubmitted       = 701126
	codeNoTestCorp      = 701127
	codeOnlyTest        = 701128
	codeAppOrderMissing = 701129
	codeAppOrderExpired = 701130
	codeTrialCount      = 701131
	codeHeadCount       = 701132
	codeTrialDuration   = 701133
	codeTooFrequent     = 701134
	codeBelowAppOrder   = 701135
	codeAdvBought       = 701140
	codeAdvNotBought    = 701141
	codeAdvOpenOrder    = 701143
	codeAdvOverseas     = 701146
	codeAboveOnePayment = 701147
	codeAdvTooEarly     = 701149
	codeTestNoShare     = 701150
	codeJobGone         = 701151 // after 7 days: undocumented
	codeBadAdvOrder     = 701158 // unknown order type or edition: undocumented
	codeBadAdvCount     = 701159
	codeCorpsFailedPay  = 701160
	codeOnlineBank      = 701161
	codeAdvStart        = 701163
	codeAdvTarget       = 701164
	codeAdvMissing      = 701165
	codeNoBuyer         = 701166 // buyer without the right: undocumented
	codeAdvNotUnpaid    = 701169
	codeAdvOldPeriod    = 701230
	codeAdvWaiting      = 701231
)

// licErr is the answer for a code; nil for codeOK.
func licErr(code int) error {
	if code == codeOK {
		return nil
	}
	return platform.Refuse(code, "%s", licText(code))
}

// licWarnErr is licErr for the app-order rules, whose errmsg contains WARNING.
func licWarnErr(code int, warn bool) error {
	if !warn {
		return licErr(code)
	}
	return platform.Refuse(code, "WARNING: %s", licText(code))
}

// licWarn lets an order pass with a WARNING in errmsg.
func licWarn(out obj, warn bool) obj {
	if warn {
		out["errcode"], out["errmsg"] = codeOK, "ok, WARNING: app order check failed"
	}
	return out
}

// licText is the start of errmsg for the codes that people meet most.
func licText(code int) string {
	texts := map[int]string{
		codeIllegalCode:     "invalid active code",
		codeNoSuchCode:      "invalid active code",
		codeBound:           "active code has been bound",
		codeShared:          "active code has been shared",
		codeNeverActivated:  "user has no active code of this type",
		codeBadUser:         "invalid userid",
		codeNoSuchOrder:     "invalid order",
		codeUnpaidOrder:     "unpaid order exists",
		codeNotUnpaid:       "order is not unpaid",
		codeNoInteropApp:    "no external contact app installed",
		codeAppOrderExpired: "app orders expired",
		codeLowBalance:      "insufficient balance",
		codeCorpsFailedPay:  "pay check failed",
		codeAllFailed:       "all failed",
	}
	return cmp.Or(texts[code], "license request refused")
}
