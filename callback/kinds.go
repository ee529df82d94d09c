package callback

import "strings"

// EventKind is the name of a kind of event: its InfoType or Event (constants KIt…), or its
// ChangeType (KCt…). [On] takes any of them.
type EventKind = string

// kind decides the Go type of an event.
type kind struct{ name, changeType string }

func made[E any]() any { return new(E) }

// kinds has every documented event. An entry without a ChangeType is for all change types,
// so that a new one arrives in the type of its family.
var kinds = map[kind]func() any{
	{name: KItSuiteTicket}:                  made[SuiteTicketEvent],
	{name: KItCreateAuth}:                   made[AuthEvent],
	{name: KItChangeAuth}:                   made[AuthEvent],
	{name: KItCancelAuth}:                   made[AuthEvent],
	{name: KItResetPermanentCode}:           made[AuthEvent],
	{name: KItCorpArchAuth}:                 made[BareEvent],
	{name: KItApproveSpecialAuth}:           made[SpecialAuthEvent],
	{name: KItCancelSpecialAuth}:            made[SpecialAuthEvent],
	{name: KItAgreeExternalUserIdMigration}: made[BareEvent],
	{name: KItAuthDataPermission}:           made[SpecialAuthEvent],
	{name: KItExpireRemindDataPermission}:   made[SpecialAuthEvent],
	{name: KItRegisterCorp}:                 made[RegisterCorpEvent],
	{name: KItEnterRegisterPackage}:         made[RegisterCorpEvent],

	{KItChangeContact, KCtCreateUser}:  made[ContactEvent],
	{KItChangeContact, KCtUpdateUser}:  made[ContactEvent],
	{KItChangeContact, KCtDeleteUser}:  made[ContactEvent],
	{KItChangeContact, KCtCreateParty}: made[DepartmentEvent],
	{KItChangeContact, KCtUpdateParty}: made[DepartmentEvent],
	{KItChangeContact, KCtDeleteParty}: made[DepartmentEvent],
	{KItChangeContact, KCtUpdateTag}:   made[TagEvent],

	{name: KItBatchJobResult}:       made[BatchJobEvent],
	{name: KItUploadMediaJobFinish}: made[JobEvent],

	{name: KItOpenOrder}:        made[AppOrderEvent],
	{name: KItChangeOrder}:      made[AppOrderEvent],
	{name: KItCancelOrder}:      made[AppOrderEvent],
	{name: KItPayForAppSuccess}: made[AppOrderEvent],
	{name: KItRefund}:           made[AppOrderEvent],
	{name: KItChangeEdition}:    made[AppOrderEvent],

	{name: KItLicensePaySuccess}: made[LicensePayEvent],
	{name: KItLicenseRefund}:     made[LicenseRefundEvent],
	{name: KItAutoActivate}:      made[AutoActivateEvent],
	{name: KItUnlicensedNotify}:  made[BareEvent],

	{name: KItAdvancedApiPaySuccess}:   made[AdvancedApiEvent],
	{name: KItAdvancedApiRefund}:       made[AdvancedApiEvent],
	{name: KItAdvancedApiCancel}:       made[AdvancedApiEvent],
	{name: KItAdvancedApiInsufficient}: made[AdvancedApiEvent],
	{name: KItAdvancedApiExpired}:      made[AdvancedApiEvent],
	{name: KItAdvancedApiTrialExpired}: made[AdvancedApiEvent],
	{name: KItProgramNotify}:           made[ProgramNotifyEvent],

	{name: KItConversationNewMessage}:         made[ChatTokenEvent],
	{name: KItHitKeyword}:                     made[ChatTokenEvent],
	{name: KItChatArchiveExportFinished}:      made[JobEvent],
	{name: KItChatArchiveAuditApprovedSingle}: made[ChatAuditEvent],
	{name: KItChatArchiveAuditApprovedRoom}:   made[ChatAuditEvent],
	{name: KItMsgAuditNotify}:                 made[BareEvent],

	{name: KItChangeExternalContact}: made[ExternalContactEvent],
	{name: KItChangeExternalChat}:    made[ExternalChatEvent],
	{name: KItChangeExternalTag}:     made[ExternalTagEvent],

	{name: KItCustomerAcquisitionPermitChange}:           made[BareEvent],
	{KItCustomerAcquisition, KCtBalanceLow}:              made[BareEvent],
	{KItCustomerAcquisition, KCtBalanceExhausted}:        made[BareEvent],
	{KItCustomerAcquisition, KCtBalanceIncreased}:        made[BareEvent],
	{KItCustomerAcquisition, KCtServiceBalanceLow}:       made[BareEvent],
	{KItCustomerAcquisition, KCtServiceBalanceExhausted}: made[BareEvent],
	{KItCustomerAcquisition, KCtQuotaExpireSoon}:         made[AcquisitionQuotaEvent],
	{KItCustomerAcquisition, KCtLinkUnavailable}:         made[AcquisitionLinkEvent],
	{KItCustomerAcquisition, KCtDeleteLink}:              made[AcquisitionLinkEvent],
	{KItCustomerAcquisition, KCtOpenProfile}:             made[AcquisitionLinkEvent],
	{KItCustomerAcquisition, KCtFriendRequest}:           made[AcquisitionLinkEvent],
	{KItCustomerAcquisition, KCtCustomerStartChat}:       made[AcquisitionChatEvent],
	{KItCustomerAcquisition, KCtMessageFromCustomer}:     made[AcquisitionChatEvent],
	{KItCustomerAcquisition, KCtServiceBalanceConsumed}:  made[AcquisitionCostEvent],
	{KItCustomerAcquisition, KCtChangePrice}:             made[AcquisitionPriceEvent],

	{name: KItShareAgentChange}: made[ShareChangeEvent],
	{name: KItShareChainChange}: made[ShareChangeEvent],
	{name: KItChangeChain}:      made[ChainEvent],

	{name: KItChangeSchoolContact}:      made[SchoolContactEvent],
	{name: KItChangeSchoolContactBatch}: made[SchoolContactBatchEvent],
	{name: KItLivingStatusChange}:       made[LivingEvent],

	{name: KItKfMsgOrEvent}:        made[KfMsgEvent],
	{name: KItKfAccountAuthChange}: made[KfAccountAuthEvent],

	{name: KItSubscribe}:             made[MenuEvent],
	{name: KItUnsubscribe}:           made[MenuEvent],
	{name: KItEnterAgent}:            made[MenuEvent],
	{name: KItClick}:                 made[MenuEvent],
	{name: KItView}:                  made[MenuEvent],
	{name: KItViewMiniProgram}:       made[MenuEvent],
	{name: KItLocation}:              made[LocationEvent],
	{name: KItScanCodePush}:          made[ScanCodeEvent],
	{name: KItScanCodeWaitMsg}:       made[ScanCodeEvent],
	{name: KItPicSysPhoto}:           made[PicEvent],
	{name: KItPicPhotoOrAlbum}:       made[PicEvent],
	{name: KItPicWeixin}:             made[PicEvent],
	{name: KItLocationSelect}:        made[LocationSelectEvent],
	{name: KItTaskCardClick}:         made[TaskCardEvent],
	{name: KItTemplateCardEvent}:     made[TemplateCardEvent],
	{name: KItTemplateCardMenuEvent}: made[TemplateCardEvent],

	{name: KItInactiveAlert}:       made[ActivityEvent],
	{name: KItCloseInactiveAgent}:  made[ActivityEvent],
	{name: KItReopenInactiveAgent}: made[ActivityEvent],
	{name: KItLowActiveAlert}:      made[ActivityEvent],
	{name: KItLowActive}:           made[ActivityEvent],
	{name: KItActiveRestored}:      made[ActivityEvent],
	{name: KItChangeAppAdmin}:      made[BareEvent],
	{name: KItSwitchWorkbenchMode}: made[WorkbenchModeEvent],
	{name: KItSecurity}:            made[BareEvent],

	{name: KItSysApprovalChange}:  made[SysApprovalEvent],
	{name: KItOpenApprovalChange}: made[OpenApprovalEvent],

	{name: KItDocChange}:                   made[DocEvent],
	{name: KItSmartSheetChange}:            made[SmartSheetEvent],
	{name: KItDeleteCalendar}:              made[CalendarEvent],
	{name: KItModifyCalendar}:              made[CalendarEvent],
	{name: KItModifySchedule}:              made[CalendarEvent],
	{name: KItDeleteSchedule}:              made[CalendarEvent],
	{name: KItRespondSchedule}:             made[CalendarEvent],
	{name: KItMeetingChange}:               made[MeetingEvent],
	{name: KItBookMeetingRoom}:             made[MeetingRoomEvent],
	{name: KItCancelMeetingRoom}:           made[MeetingRoomEvent],
	{name: KItMeetingStatistics}:           made[MeetingStatisticsEvent],
	{name: KItWedriveInsufficientCapacity}: made[BareEvent],
	{name: KItWedriveSpaceChange}:          made[WedriveEvent],
	{name: KItWedriveFileChange}:           made[WedriveEvent],
	{name: KItSubmitVipAccountApproval}:    made[VipApprovalEvent],
	{name: KItFinishVipAccountApproval}:    made[VipApprovalEvent],
	{name: KItAppEmailChange}:              made[MailEvent],
	{name: KItPublicEmailChange}:           made[MailEvent],

	{name: KItAddDevice}:                     made[DeviceEvent],
	{name: KItDelDevice}:                     made[DeviceEvent],
	{name: KItRemarkDeviceName}:              made[DeviceEvent],
	{name: KItDeviceFeatureChange}:           made[DeviceEvent],
	{name: KItConnectInfo}:                   made[DeviceConnectionEvent],
	{name: KItDisconnectInfo}:                made[DeviceConnectionEvent],
	{name: KItErrorReport}:                   made[DeviceErrorEvent],
	{name: KItFetchLogFinish}:                made[DeviceLogEvent],
	{name: KItDeviceDataAuthChange}:          made[BareEvent],
	{name: KItDeviceCheckinDataReport}:       made[CheckinReportEvent],
	{name: KItDeviceAccessControlDataReport}: made[AccessReportEvent],
	{name: KItDeviceTemperatureDataReport}:   made[TemperatureReportEvent],
}

// messages has the types of messages, by MsgType.
var messages = map[string]func() any{
	"text":     made[TextMessage],
	"image":    made[ImageMessage],
	"voice":    made[VoiceMessage],
	"video":    made[VideoMessage],
	"location": made[LocationMessage],
	"link":     made[LinkMessage],
}

// newEvent returns an empty value of the type for a push with this head, nil if there is
// none.
func newEvent(h *EventNotify) any {
	if h.InfoType == "" && h.MsgType != "event" {
		if f := messages[h.MsgType]; f != nil {
			return f()
		}
		return nil
	}
	f := kinds[kind{h.Kind(), h.ChangeType}]
	if f == nil {
		f = kinds[kind{name: h.Kind()}]
	}
	switch {
	case f != nil:
		return f()
	case strings.HasSuffix(h.InfoType, "_data_permission"):
		return new(SpecialAuthEvent) // WeCom has more of these than are documented
	}
	return nil
}
