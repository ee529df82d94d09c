package callback

// changeTypes has what can stand as ChangeType of those kinds whose changes share a type.
// It is what names of kinds are checked against: WeCom adds others at any time, and they
// arrive in the type of the kind.
var changeTypes = map[string][]string{
	KItChangeExternalContact: {"add_external_contact", "add_half_external_contact", "del_external_contact", "del_follow_user", "edit_external_contact", "msg_audit_approved", "transfer_fail"},
	KItChangeExternalChat:    {"create", "dismiss", "update"},
	KItChangeExternalTag:     {"create", "delete", "shuffle", "update"},
	KItChangeSchoolContact:   {"create_deparmtment", "create_department", "create_parent", "create_student", "delete_deparmtment", "delete_department", "delete_parent", "delete_student", "subscribe", "unsubscribe", "update_deparmtment", "update_department", "update_parent", "update_student"},
	KItAppEmailChange:        {"receive_email"},
	KItDocChange:             {"delete_doc", "delete_form", "doc_member_change", "form_complete", "form_settings_change"},
	KItSmartSheetChange:      {"add_filed", "add_record", "delete_filed", "delete_record", "update_filed", "update_record"},
	KItMeetingChange:         {"cancel_meeting", "modify_meeting"},
	KItWedriveSpaceChange:    {"dismiss_space", "space_member_change", "space_security_settings_change"},
	KItWedriveFileChange:     {"create_file", "delete_file", "move_file", "rename_file", "update_file"},
	KItChangeChain:           {"corp_join", "create_chain", "create_group", "delete_chain", "delete_group", "remove_corp", "update_chain", "update_corp", "update_group"},
}
