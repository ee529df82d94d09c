package callback

// newEvent gives an empty event of the type for the push with this head.
func newEvent(h *EventNotify) any {
	name := h.InfoType
	if name == "" && h.MsgType == "event" {
		name = h.Event
	}
	switch name {
	case KItSuiteTicket:
		return new(SuiteTicketEvent)
	case KItCreateAuth, KItChangeAuth, KItCancelAuth, KItResetPermanentCode:
		return new(AuthEvent)
	case KItChangeContact:
		return newContactEvent(h.ChangeType)
	case KItLicensePaySuccess:
		return new(LicensePayEvent)
	case KItLicenseRefund:
		return new(LicenseRefundEvent)
	case KItAutoActivate:
		return new(AutoActivateEvent)
	case KItUnlicensedNotify:
		return new(BareEvent)
	}
	return new(UnknownEvent)
}

func newContactEvent(changeType string) any {
	switch changeType {
	case KCtCreateUser, KCtUpdateUser, KCtDeleteUser:
		return new(ContactEvent)
	case KCtCreateParty, KCtUpdateParty, KCtDeleteParty:
		return new(DepartmentEvent)
	case KCtUpdateTag:
		return new(TagEvent)
	}
	return new(UnknownEvent)
}
