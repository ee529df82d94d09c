package callback

import (
	"net/http"

	"github.com/gothird/wecom/token"
)

// Handler is the http.Handler of one callback URL: see [Inbox.Handler].
type Handler struct {
	in    *Inbox
	api   *token.Api
	url   URL
	route string
}

var _ http.Handler = (*Handler)(nil)

func (h *Handler) ServeHTTP(http.ResponseWriter, *http.Request) {}
