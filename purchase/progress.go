package purchase

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/gothird/wecom/order"
)

// Steps of a [Purchase] and a [Renewal], in order.
const (
	StepNew        = ""
	StepOrdering   = "ordering"   // the order may have been sent
	StepOrdered    = "ordered"    // OrderId is known
	StepPaying     = "paying"     // the payment may have been sent
	StepPaid       = "paid"       // a purchase waits for its codes
	StepActivating = "activating" // purchases only: Codes are assigned
	StepDone       = "done"
)

// version is the version of the saved form. Records of older releases must stay readable.
const version = 1

// Progress is the progress of a [Purchase] or [Renewal]. It is empty at first, and only this
// package may change it.
type Progress struct {
	Version  int      `json:"v"`                   // of the saved form
	Digest   string   `json:"digest,omitempty"`    // of the request
	Step     string   `json:"step"`                // StepNew …
	Known    []string `json:"known,omitempty"`     // orders of the corp from before ordering
	Since    int64    `json:"since,omitempty"`     // when ordering began, by our clock
	OrderId  string   `json:"order_id,omitempty"`  // from StepOrdered on
	PayJobid string   `json:"pay_jobid,omitempty"` // of the payment
}

// errChanged is the error when a saved record is used for another request.
var errChanged = errors.New("wecom: the order, the members or the payer are not those that this saved record was begun with: " +
	"go on with the record as it was saved, or begin a new one for the new request")

// open binds a new record to the request with that digest. It returns an error for a saved
// record of another request or with an unknown version.
func (p *Progress) open(digest string) error {
	steps := []string{StepNew, StepOrdering, StepOrdered, StepPaying, StepPaid, StepActivating, StepDone}
	isNew := p.Step == StepNew && p.Version == 0
	switch {
	case !isNew && p.Version != version:
		return fmt.Errorf("wecom: the saved record has v %d, this release reads v %d only", p.Version, version)
	case !slices.Contains(steps, p.Step):
		return fmt.Errorf("wecom: the saved record has the step %q: there is no such step", p.Step)
	case p.Step == StepNew:
		p.Version, p.Digest = version, digest
	case p.Digest != digest:
		return errChanged
	}
	return nil
}

// digest returns a hash of a request. Saved records contain it, so its form must never
// change.
func digest(kind string, members []order.Account, values ...any) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", kind)
	for _, v := range values {
		fmt.Fprintf(h, "%q\n", fmt.Sprint(v))
	}
	for _, m := range members {
		fmt.Fprintf(h, "%d %q\n", m.Type, m.UserId)
	}
	return hex.EncodeToString(h.Sum(nil))
}
