package main

import (
	"context"
	"errors"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
)

// welcomeGone are refusals after which there is nobody left to welcome: the code is too old, or the
// customer is welcomed already.
var welcomeGone = [...]token.Code{41050, externalcontact.ErrWelcomed}

// welcome greets a customer who has just been added. WeCom gives 20 seconds; what fails is tried
// again until it says that they are over.
func (s *Server) welcome(ctx context.Context, n *callback.Notice, e *callback.ExternalContactEvent) error {
	if e.WelcomeCode == "" {
		return nil // the corp has a greeting of its own, or the customer is of another WeCom
	}
	err := externalcontact.SendWelcomeMsg(n.Api, e.WelcomeCode, externalcontact.Message{Text: &wire.Text{Content: s.cfg.Welcome}})
	for _, code := range welcomeGone {
		if errors.Is(err, code) {
			s.log.InfoContext(ctx, "a customer is not welcomed any more", "corp", n.CorpId(), "error", err)
			return nil
		}
	}
	return err
}
