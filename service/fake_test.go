package service

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Refusals that show that the request was understood: the samples' codes, tickets and
// corps do not exist in the fake.
var understood = []int{
	40013, 40014, 40029, 40077, 40078, 40084, 48002, 60246, 670001, 84015, 84022, 842003,
}

// G: endpoint/documented
func TestTheFakeUnderstandsEveryCall(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{worldSuite, worldTemplate} {
		w := newWorld(t)
		require.NoError(t, w.AddCorp(platform.Corp{Id: demoCorp, Name: "Demo", Members: []platform.Member{{UserId: "woDEMOuser01", Admin: true}}}))
		api := w.api(t, suite, nil)
		code, err := w.Install(context.Background(), suite, demoCorp, platform.InstallOptions{FromProviderSite: true, AgentId: 1000012})
		require.NoError(t, err)
		_, err = GetPermanentCode(api.Suite(), data.D{"auth_code": code})
		require.NoError(t, err)
		for _, r := range rows {
			w.ClearLog()
			_, err := r.Call(api.WithCorp(demoCorp))
			var failed *token.Error
			if errors.As(err, &failed) {
				assert.Contains(t, understood, failed.Code, "%s: %v", r.Go, err)
			} else {
				assert.NoError(t, err, r.Go)
			}
			for _, request := range w.Requests() {
				assert.Empty(t, request.Unknown, "%s: keys of the query", r.Go)
				assert.Equal(t, http.StatusOK, request.Status, r.Go)
			}
		}
	}
}
