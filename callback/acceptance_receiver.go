package callback

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gothird/wecom/token"
)

// checkSignature tries the pairs of the URL, then those of the corp. It decrypts too:
// several pairs may have the same Token.
func (a *acceptance) checkSignature() error {
	if slices.ContainsFunc(a.h.crypts, a.opens) {
		return nil
	}
	corpId, crypts, err := a.corpPairs()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(crypts, a.opens) {
		a.boundTo = corpId
	}
	if !a.signed {
		return ErrSignature
	}
	return nil
}

// opens verifies and decrypts with one pair.
func (a *acceptance) opens(c *Crypt) bool {
	payload, receiveId, err := c.Decrypt(a.query.signature, a.query.timestamp, a.query.nonce, a.encrypt)
	a.signed = a.signed || !errors.Is(err, ErrSignature)
	if err != nil {
		return false
	}
	a.crypt, a.notice = c, &Notice{Raw: payload, ReceiveId: receiveId}
	return true
}

// corpPairs calls PairOf with the corp that the envelope names; a URL check names none.
func (a *acceptance) corpPairs() (corpId string, crypts []*Crypt, err error) {
	if a.h.url.PairOf == nil {
		return "", nil, nil
	}
	if !a.isCheck() {
		if corpId = a.toUserName(); !isCorpId(corpId) {
			return "", nil, nil
		}
	}
	err = recoverPanic(func() error {
		pairs, err := a.h.url.PairOf(a.ctx, corpId)
		if err == nil {
			crypts, err = cryptsOf("what it returns", pairs...)
		}
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("%w: URL.PairOf(%q): %w", errUnavailable, corpId, err)
	}
	return corpId, crypts, nil
}

func (a *acceptance) checkDecrypt() error {
	if a.crypt == nil {
		return ErrDecrypt
	}
	return nil
}

// checkEcho accepts only short tokens. URL checks and pushes are signed in the same way, so
// an attacker could send a captured push as a URL check to get it decrypted.
func (a *acceptance) checkEcho() error {
	echo := a.notice.Raw
	if len(echo) > maxEcho || !isWord(string(echo), "-_.+/=") {
		return errEcho
	}
	return nil
}

// isWord reports whether a text has only letters, digits and marks: no XML, no JSON.
func isWord(text, marks string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		isLetter := 'a' <= r|0x20 && r|0x20 <= 'z'
		return !isLetter && !('0' <= r && r <= '9') && !strings.ContainsRune(marks, r)
	})
}

func (a *acceptance) readContent() error {
	n, err := Parse(a.notice.Raw)
	if err != nil {
		return err
	}
	n.ReceiveId = a.notice.ReceiveId
	a.h.mark(n)
	n.Api = a.h.in.apiOf(a.h.route, n).WithContext(a.ctx).WithCorp(n.CorpId())
	a.notice = n
	return nil
}

// checkReceiveId compares the receive id inside the ciphertext with the ids of the URL. The
// envelope is not used: it is not signed.
func (a *acceptance) checkReceiveId() error {
	id, url := a.notice.ReceiveId, a.h.url
	if a.boundTo != "" && a.boundTo != id {
		return fmt.Errorf("%w: %q; the pair is of %q, by URL.PairOf", ErrReceiveId, id, a.boundTo)
	}
	ok := slices.Contains(url.ReceiveIds, id)
	if !ok && id != "" {
		var err error
		if ok, err = a.isFor(id); err != nil {
			return err
		}
	}
	if !ok {
		return fmt.Errorf("%w: %q; %s on this URL may be for %s", ErrReceiveId, id, a.r.Method, a.accepted())
	}
	return nil
}

func (a *acceptance) isFor(id string) (bool, error) {
	provider, suite := a.h.api.ProviderCorpId(), a.h.api.SuiteId()
	switch {
	case a.h.url.Channel == System:
		return id == provider, nil
	case a.isCheck():
		if id == provider || !token.IsTemplate(suite) {
			return id == provider, nil
		}
		if id == suite {
			return true, nil
		}
		return a.isInstalled(id)
	case id == suite:
		return true, nil
	case id == provider:
		return a.isInstalled(id)
	}
	return isCorpId(id), nil // checkInstallation checks later, in Run, whether it has the app
}

// accepted returns the accepted ids as text.
func (a *acceptance) accepted() string {
	provider, suite := a.h.api.ProviderCorpId(), a.h.api.SuiteId()
	ids := fmt.Sprintf("the provider %q", provider)
	switch {
	case a.h.url.Channel == System:
	case a.isCheck() && token.IsTemplate(suite):
		ids += fmt.Sprintf(", the template %q, or a corp with the app", suite)
	case !a.isCheck():
		ids = fmt.Sprintf("the suite %q, or a corp", suite)
	}
	return ids + fmt.Sprintf(", or one of URL.ReceiveIds %q", a.h.url.ReceiveIds)
}

// isInstalled asks the Store. An error of the Store is no answer about the corp.
func (a *acceptance) isInstalled(corpId string) (bool, error) {
	_, err := a.h.api.WithContext(a.ctx).WithCorp(corpId).Installation()
	if err != nil && !errors.Is(err, token.ErrNotInstalled) {
		return false, fmt.Errorf("%w: is corp %q installed?: %w", errUnavailable, corpId, err)
	}
	return err == nil, nil
}

// isCorpId reports whether an id may be a corp id. Suite ids may look the same, but dk and
// tj only begin suite ids.
func isCorpId(id string) bool {
	const longest = 64
	return len(id) <= longest && isWord(id, "-_") && !strings.HasPrefix(id, "dk") && !strings.HasPrefix(id, "tj")
}

// checkAddressee compares the receive id with the ids in the content. A passive reply of
// ours that an attacker sends back has the corp's receive id too, but names the corp as
// sender.
func (a *acceptance) checkAddressee() error {
	n, suite := a.notice, a.h.api.SuiteId()
	listed := slices.Contains(a.h.url.ReceiveIds, n.ReceiveId)
	switch {
	case a.h.url.Channel == System:
		return n.mustName([]string{n.ReceiveId, a.h.api.ProviderCorpId()}, n.ServiceCorpId, n.ToUserName)
	case n.ReceiveId == suite, n.ReceiveId != "" && n.ReceiveId == n.SuiteId && listed:
		return n.mustName([]string{n.ReceiveId}, n.SuiteId)
	}
	if err := n.mustName([]string{suite}, n.SuiteId); err != nil {
		return err
	}
	if n.ReceiveId == "" {
		return a.checkSender()
	}
	corpId := cmp.Or(n.ToUserName, n.CorpId())
	if corpId == "" && !listed {
		return fmt.Errorf("%w: it is for %q, but its content names no corp", ErrReceiveId, n.ReceiveId)
	}
	return n.mustName([]string{n.ReceiveId}, corpId)
}

// mustName returns an error if a named id is not in ids.
func (n *Notice) mustName(ids []string, named ...string) error {
	for _, id := range named {
		if id != "" && !slices.Contains(ids, id) {
			return fmt.Errorf("%w: it is for %q, but its content names %q", ErrReceiveId, n.ReceiveId, id)
		}
	}
	return nil
}

// checkSender refuses a passive reply of ours when there is no receive id to compare: its
// sender is a corp.
func (a *acceptance) checkSender() error {
	n := a.notice
	if !n.isMessage() || n.FromUserName == "" {
		return nil
	}
	ours, err := a.isInstalled(n.FromUserName)
	if err == nil && ours {
		err = fmt.Errorf("%w: its content comes from corp %q: a reply that was sent back", ErrReceiveId, n.FromUserName)
	}
	return err
}
