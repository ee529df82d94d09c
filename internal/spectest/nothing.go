package spectest

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// nothing makes the call with a success that holds nothing. Lists may be empty then; a
// function that is about one value has none to return.
func (p *probe[A]) nothing() {
	out := p.call(context.Background(), "nothing", http.StatusOK, []byte(`{"errcode":0,"errmsg":"ok"}`))
	returned := out.value != nil && reflect.TypeOf(out.value).Kind() != reflect.Slice
	taken := out.err == nil && returned && !listsOnly(p.facts)
	switch may := mayBeEmpty[p.row.Endpoint] != ""; {
	case taken && !may:
		p.failf("an answer with nothing in it passes for %+v", out.value)
	case !taken && may:
		p.failf("the exception for an answer with nothing in it is not needed")
	}
}

// mayBeEmpty names the endpoints whose success may hold nothing at all, and why.
var mayBeEmpty = Why{
	"service/batch_userid_to_openuserid_bot":      "when no id is valid there is no corp",
	"corp/agent/get_workbench_template":           "when none was set",
	"corp/agent/get_workbench_data":               "when none was set",
	"corp/chatdata/get_hide_sensitiveinfo_config": "where none was set nothing is masked",
	"corp/contact/tag_addtagusers":                "when everybody got the tag",
	"corp/contact/tag_deltagusers":                "when everybody had the tag",
	"corp/contact/tag_get":                        "it is about who has the tag: perhaps nobody",
	"corp/contact/user_list_selected_ticket_user": "it is about who was selected: perhaps nobody",
	"corp/externalcontact/batch_get_by_user":      "when the members have no customers",
	"corp/kf/customer_get_upgrade_service_config": "when nobody is recommended",
	"corp/kf/service_state_trans":                 "only some changes of state give a code",
	"corp/message/send":                           "it is about whom the message did not reach",
}

// aboutLists are the fields that only say something about a list beside them.
var aboutLists = []string{"errcode", "errmsg", "next_cursor", "has_more", "is_last", "ending", "total"}

// listsOnly reports whether the endpoint answers with lists alone.
func listsOnly(facts spec.Endpoint) bool {
	return !slices.ContainsFunc(facts.Response, func(f spec.Field) bool {
		return f.Type != "array" && !strings.ContainsAny(f.Path, ".[") && !slices.Contains(aboutLists, f.Path)
	})
}
