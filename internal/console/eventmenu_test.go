package console

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/spec"
)

// Each event stands once, in the group of its subject.
func TestEventGroups(t *testing.T) {
	t.Parallel()
	in, n := map[string]string{}, 0
	for _, g := range english.eventGroups() {
		for _, e := range g.Events {
			in[e.Id] = g.Name
			n++
		}
	}
	assert.Len(t, in, len(spec.Events()))
	assert.Equal(t, len(in), n)
	for group, ids := range map[string][]string{
		"Authorisation":         {"suite.suite_ticket", "suite.create_auth", "suite.reset_permanent_code", "provider.register_corp", "provider.agree_external_userid_migration"},
		"Customer service":      {"data.kf_msg_or_event", "suite.create_auth.kf_component"},
		"Data and AI":           {"suite.auth_data_permission", "suite.auth.chat_archive", "suite.hit_keyword", "suite.conversation_new_message", "corp.msgaudit_notify", "data.program_notify"},
		"Address book":          {"suite.change_contact.create_user", "suite.batch_job_result"},
		"Linked corps":          {"suite.share_agent_change", "corp.change_chain", "suite.corp_arch_auth"},
		"App orders":            {"suite.open_order", "suite.pay_for_app_success", "suite.refund", "suite.change_editon"},
		"Customer acquisition":  {"suite.customer_acquisition_permit_change", "data.customer_acquisition.balance_low"},
		"Customers":             {"suite.change_external_contact.transfer_fail"},
		"Customer groups":       {"data.change_external_chat.create"},
		"Customer tags":         {"data.change_external_tag.shuffle"},
		"School contacts":       {"suite.change_school_contact_batch"},
		"Hardware":              {"provider.device.add_device", "data.device_checkin_data_report"},
		"Approval":              {"data.sys_approval_change"},
		"Licences":              {"provider.license_refund", "provider.auto_activate", "data.unlicensed_notify"},
		"Advanced API":          {"provider.advanced_api_pay_success"},
		"Other":                 {"data.subscribe", "data.LOCATION", "corp.security"},
		"Cards and menu":        {"data.template_card_event", "data.taskcard_click", "data.view", "data.scancode_push", "data.pic_weixin", "data.location_select"},
		"App activity":          {"data.low_active", "data.change_app_admin"},
		"Calendar and meetings": {"data.living_status_change", "data.delete_calendar", "data.modify_schedule", "corp.meeting_statistics"},
		"Documents":             {"data.doc_change.form_complete", "data.smart_sheet_change.add_record"},
		"WeDrive":               {"data.wedrive_insufficient_capacity"},
		"Messages from members": {"msg.text", "msg.location"},
	} {
		for _, id := range ids {
			assert.Equal(t, group, in[id], id)
		}
	}
	for _, g := range chinese.eventGroups() {
		assert.Regexp(t, `\p{Han}`, g.Name)
	}
}
