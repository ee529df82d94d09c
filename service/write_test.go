package service

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writes change something, or use up a code. All others may be asked again.
var writes = strings.Fields(`
	ExchangeAuthCode GetPermanentCode GetPermanentCodeV2 SetSessionInfo
	GetuserInfo3rd GetUserInfo3rd GetUserInfo3rdLegacy GetSchoolUserInfo3rd GetUserInfo GetLoginInfo JsCode2Session CorpJsCode2Session
	SetScope ContactSyncSuccess ContactIdTranslate MediaUpload
	FinishOpenIdMigration FinishExternalUserIdMigration SetAppMigrateFlag
	ApplyMassCallTicket ApplyToUpgradeChatId UpgradeChatIdForNewCorp
	AddDevice DelDevice ResetSecretNo FetchDeviceLog SetPrinterSupportState RemoveCorp ImportChainContact
`)

// A write whose answer is lost may have worked: it is sent once and says so. A query is
// sent up to three times.
// G: request/retries request/writes-once
func TestWritesAreNeverRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, row := range rows {
			calls := 0
			api := newApi(t)(t.Context(), spectest.Canned(func(string, []byte) string { calls++; return "" }))
			_, err := row.Call(api)
			require.Error(t, err, row.Go)
			write := slices.Contains(writes, row.Go)
			assert.Equal(t, write, errors.Is(err, token.ErrOutcomeUnknown), row.Go)
			assert.Equal(t, map[bool]int{true: 1, false: 3}[write], calls, row.Go)
		}
	})
}
