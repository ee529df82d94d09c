package callback

// Names of pushes: InfoType, or Event.
const (
	KItSuiteTicket        = "suite_ticket"
	KItCreateAuth         = "create_auth"
	KItChangeAuth         = "change_auth"
	KItCancelAuth         = "cancel_auth"
	KItResetPermanentCode = "reset_permanent_code"
	KItChangeContact      = "change_contact"
	KItLicensePaySuccess  = "license_pay_success"
	KItLicenseRefund      = "license_refund"
	KItAutoActivate       = "auto_activate"
	KItUnlicensedNotify   = "unlicensed_notify"
)

// ChangeTypes of members, departments and tags.
const (
	KCtCreateUser  = "create_user"
	KCtUpdateUser  = "update_user"
	KCtDeleteUser  = "delete_user"
	KCtCreateParty = "create_party"
	KCtUpdateParty = "update_party"
	KCtDeleteParty = "delete_party"
	KCtUpdateTag   = "update_tag"
)
