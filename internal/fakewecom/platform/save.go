package platform

import (
	"context"
	"errors"
	"slices"

	"github.com/gothird/wecom/internal/snapshot"
	"github.com/gothird/wecom/internal/wecrypt"
)

// loadedAhead is how far the ids of changes jump when a state is loaded: beyond all that were given
// after it was saved, so that no reader of the feed takes a new change for one that it knows.
const loadedAhead = 1 << 20

// Save returns the state of the platform and of its parts, as package snapshot writes it, and that
// of more. It has all secrets.
//
// Not in it are the settings of [Options] that are no [Choices], and the change feed but for the
// id of the newest change. Requests that are held or under way are in the log without an answer.
func (p *Platform) Save(more ...snapshot.Saver) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return snapshot.Save(p.roots(more)...)
}

// Load replaces the state by one that [Platform.Save] has returned, of a platform with the same
// parts. Requests that are under way are carried out before it or after it. Pushes that are under
// way end, and readers of the change feed see a gap. After an error the platform must not be used
// any longer.
func (p *Platform) Load(state []byte, more ...snapshot.Saver) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.feed.last
	if err := snapshot.Load(state, p.roots(more)...); err != nil {
		return err
	}
	for end := range p.pushing {
		(*end)()
	}
	p.feed.last = max(p.feed.last, last) + loadedAhead
	p.feed.list = nil
	if p.feed.next != nil {
		close(p.feed.next)
		p.feed.next = nil
	}
	return nil
}

// roots are what is saved. p.mu is held.
func (p *Platform) roots(more []snapshot.Saver) (list []any) {
	list = append(list, p)
	for _, part := range p.parts {
		if part.State != nil {
			list = append(list, part.State)
		}
	}
	for _, x := range more {
		list = append(list, x)
	}
	return list
}

// Loaded makes what is derived from what was loaded.
func (p *Platform) Loaded() error {
	p.cut = slices.DeleteFunc(slices.Clone(p.sent), func(sent *parcel) bool { return !sent.mayTry() })
	var wrong error
	for _, x := range p.suites {
		x.cipher = nil
		if x.Command.Token != "" || x.Command.EncodingAESKey != "" {
			var err error
			x.cipher, err = wecrypt.New(x.Command.Token, x.Command.EncodingAESKey)
			wrong = errors.Join(wrong, err)
		}
	}
	return wrong
}

// Resume goes on with pushes that were not at their end when the state was saved: each is tried as
// often as it may still be, byte for byte as before, so an app may find it too old. What waited to
// be pushed is pushed now. It returns when all have ended, or ctx has.
func (p *Platform) Resume(ctx context.Context) {
	p.mu.Lock()
	cut := p.cut
	p.cut = nil
	for _, sent := range cut {
		sent.users++
	}
	p.mu.Unlock()
	for _, sent := range cut {
		p.deliver(ctx, sent)
		p.tried(sent)
	}
	_ = p.pushNotices(ctx, p.takeNotices()) // the log of pushes tells of refusals
}
