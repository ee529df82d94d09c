package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// unpaid waits for an order that is to be paid, and returns its id.
func (s *sandbox) unpaid(t *testing.T) (id string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var list struct {
			Orders []struct {
				OrderId string `json:"order_id"`
				Status  int    `json:"status"`
			} `json:"orders"`
		}
		s.get(t, "/orders", &list)
		for _, o := range list.Orders {
			if o.Status == 0 {
				id = o.OrderId
			}
		}
		return id != ""
	}, patience, poll)
	return id
}

// message waits for a message that the app has sent, and returns its id.
func (s *sandbox) message(t *testing.T) (id string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var list struct {
			Messages []struct {
				Id string `json:"id"`
			} `json:"messages"`
		}
		s.get(t, "/messages", &list)
		if len(list.Messages) > 0 {
			id = list.Messages[0].Id
		}
		return id != ""
	}, patience, poll)
	return id
}
