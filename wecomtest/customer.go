package wecomtest

// Customer is a customer (客户), who writes from WeChat (微信) or from the WeCom of another corp.
// [Corp.AddCustomer] takes one that is filled in as far as the test cares, and returns him
// whole.
type Customer struct {
	ExternalUserId string // as the provider sees it; "": one is made up
	Name           string // "": one is made up
	UnionId        string // in WeChat; "": one is made up
	State          string // of the contact way (联系我) or link that he came by; "": none

	corp *Corp
}
