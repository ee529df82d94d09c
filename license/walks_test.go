package license_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// G: endpoint/documented endpoint/cursor
func TestWalkRequests(t *testing.T) {
	t.Parallel()
	spectest.Walks(t, sampleApi, walks)
}

var walks = []spectest.Walk[*token.Api]{
	{Go: "LICAllActived", Endpoint: "license/list_actived_account", Call: func(api *token.Api) error {
		return last(license.LICAllActived(api))
	}, Pages: []spectest.Page{
		{
			Request: `{"corpid":"wpRiverside0000000000000001","limit":1000}`,
			Answer:  `{"account_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"corpid":"wpRiverside0000000000000001","limit":1000,"cursor":"c2"}`,
			Answer:  `{"account_list":[],"has_more":0}`,
		},
	}},
}
