package callback

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A job that is told on the URL of the suite and on that of the provider is processed once.
func TestAJobOnTwoURLsIsProcessedOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.app()
		s.handler("/system", s.api, s.systemURL())
		var got seen
		s.in.OnAny(func(_ context.Context, n *Notice) error { got.add(n.Kind()); return nil })
		defer s.run(s.in)()
		job := "<BatchJob><JobId>J1</JobId></BatchJob>"
		s.send(request{payload: infoDoc(siteSuite, "batch_job_result", job), receiveId: siteSuite})
		s.send(request{path: "/system", token: ownToken, key: ownKey, receiveId: siteProvider,
			payload: "<xml><ServiceCorpId>" + siteProvider + "</ServiceCorpId><InfoType>batch_job_result</InfoType>" + job + "</xml>"})
		pass(time.Second)
		assert.Equal(t, []string{"batch_job_result"}, got.all())
		assert.Empty(t, s.takeErrs(0))
	})
}
