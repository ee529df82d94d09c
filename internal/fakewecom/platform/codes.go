package platform

// Codes of what any endpoint may refuse.
const (
	CodeBadCorp  = 40013 // there is no such corp
	CodeBadParam = 40058 // a field is missing or wrong, and no code says which
	CodeNoRight  = 48002 // the app is of another kind, or lacks the right
)

// Codes that the platform itself answers with.
const (
	codeBusy          = -1
	codeBadSecret     = 40001
	codeBadToken      = 40014
	codeBadLoginCode  = 40029
	codeNoPreAuth     = 40077
	codeBadAuthCode   = 40078
	codeSuiteSecret   = 40080
	codeBadSuiteToken = 40082
	codeNoSuite       = 40083
	codeBadPermanent  = 40084
	codeOldTicket     = 40085
	codeNoToken       = 41001
	codeNoSuiteToken  = 41022
	codeTokenExpired  = 42001
	codeLoginExpired  = 42003
	codePreAuthOld    = 42007
	codeSuiteExpired  = 42009
	codeLoginUsed     = 42022
	codeNeedGet       = 43001 // not in the list of 2026/01, from older ones
	codeNeedPost      = 43002 // the same
	codeBadBody       = 47001
	codeNotAuthorized = 48001
	codeWrongSuite    = 48003
	codeNoAuth        = 48004
	codeIPNotAllowed  = 60020
	codeNotPublished  = 60246
	codeTicketExpired = 84014
	codeTicketBad     = 84015
	codeRegisterBad   = 84022
	codeSyncForbidden = 84023
	codeRegisterNone  = 84024
	codeBadState      = 84025
	codeNoAgent       = 301002
	codeNoTemplate    = 842003
	codeTemplateCount = 842004
)

// Choices where the pages name several codes, or none.
const (
	codeUnknownProviderToken = codeBadSuiteToken // 40014 is named too
	codeForeignAuthCode      = codeBadSuiteToken // an auth code of another suite
	codeThirdPartySecret     = codeBadSecret     // gettoken with the permanent code of a third-party app
	codeCorpTokenOfTemplate  = CodeNoRight       // get_corp_token; the pages say that the token leads to it
	codeUsedLoginCode        = codeLoginUsed     // 40029 is named too
	codeExpiredLoginCode     = codeLoginExpired  // the same
)

// missingCode knows the 41xxx and 84xxx codes for a required field that is
// missing; all other fields answer CodeBadParam.
func missingCode(field string) int {
	codes := map[string]int{
		"corpid":          41002,
		"auth_corpid":     41002,
		"corpsecret":      41004,
		"provider_secret": 41004,
		"media":           41006,
		"auth_code":       41008,
		"code":            41008,
		"userid":          41009,
		"agentid":         41011,
		"tagid":           41017,
		"tagname":         41018,
		"suite_id":        41021,
		"suite_ticket":    41023,
		"suite_secret":    41024,
		"permanent_code":  41025,
		"external_userid": 41035,
		"config_id":       41043,
		"welcome_code":    41049,
		"moment_id":       41059,
		"template_id":     84019,
		"register_code":   84021,
		"user_ticket":     84090,
	}
	if code, ok := codes[field]; ok {
		return code
	}
	return CodeBadParam
}
