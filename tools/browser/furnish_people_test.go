package browser

import "testing"

// people gives a corp members and customers with names, a group and an account of customer
// service.
func (s *sandbox) people(t *testing.T, corp corp) {
	t.Helper()
	at := "/corps/" + corp.CorpId
	for i, name := range []string{"林晓", "陈嘉禾", "周宁"} {
		s.post(t, at+"/members", map[string]any{"user_id": corp.Members[i].UserId, "name": name}, nil)
	}
	member := corp.Members[0].UserId
	for _, name := range []string{"王芳", "Oyunbileg Batbayar"} {
		s.post(t, at+"/customers", map[string]any{"user_id": member, "name": name}, nil)
	}
	s.post(t, at+"/groups", map[string]any{"name": "春季会员群", "owner": member}, nil)
	s.post(t, at+"/kf", map[string]any{"name": "售后客服", "user_ids": []string{member}}, nil)
	s.post(t, at+"/departments", map[string]any{"name": "客服一组", "parent_id": 1}, nil)
}
