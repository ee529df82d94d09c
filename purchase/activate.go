package purchase

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

const (
	// codeBound: the code is bound already. If WeCom answers that, it may be bound to the right
	// member; in Results it means: to another one.
	codeBound = 701003
	// stateMissing is the Status of a code that the answer leaves out. WeCom has no such Status.
	stateMissing = -1
)

// activate binds the codes that are not bound yet. It enters the next step, or returns the
// failures. If members have got spare codes, it enters the same step once more instead, which
// tries everything that has failed again.
func (b *buying) activate() error {
	failures := b.bind()
	if !slices.ContainsFunc(failures, stopsAll) {
		moved, err := b.useSpares()
		if err != nil {
			failures = append(failures, err)
		} else if moved {
			return b.flow.enter(StepActivating)
		}
	}
	if len(failures) > 0 {
		return errors.Join(append(failures, b.flow.save())...)
	}
	return b.flow.enter(StepDone)
}

// bind binds each member's code and returns the failures. It stops at a failure that is not
// about one member, such as a rate limit.
func (b *buying) bind() (failures []error) {
	states, err := b.states()
	if err != nil {
		return []error{err}
	}
	todo := map[int][]license.ActiveCode{}
	for i, c := range b.Codes {
		d := states[c.ActiveCode]
		if d.Status == 0 || d.Status == license.CodeUnbound {
			todo[b.Members[i].Type] = append(todo[b.Members[i].Type], c)
			continue
		}
		if err := b.confirm(c, d); err != nil {
			failures = append(failures, err)
			if stopsAll(err) {
				return failures
			}
		}
	}
	// Base and interop codes are bound separately: a member may have one of each.
	for _, kind := range []int{license.TypeBase, license.TypeInterop} {
		errs := b.bindNew(todo[kind])
		failures = append(failures, errs...)
		if slices.ContainsFunc(errs, stopsAll) {
			break
		}
	}
	return failures
}

// states returns the states of all codes. A code that WeCom does not know has none; a code
// that the answer leaves out has the Status stateMissing.
func (b *buying) states() (map[string]license.ActiveDetail, error) {
	codes := make([]string, len(b.Codes))
	for i, c := range b.Codes {
		codes[i] = c.ActiveCode
	}
	details, err := license.LICBatchActiveCodeDetail(b.flow.api, codes)
	if err != nil {
		return nil, err
	}
	states := make(map[string]license.ActiveDetail, len(codes))
	for _, d := range details.ActiveInfoList {
		states[d.ActiveCode] = d
	}
	for _, code := range details.MissingActiveCodeList {
		states[code] = license.ActiveDetail{ActiveInfo: license.ActiveInfo{Status: stateMissing}}
	}
	return states, nil
}

// bindNew binds codes that were free.
func (b *buying) bindNew(codes []license.ActiveCode) (failures []error) {
	if len(codes) == 0 {
		return nil
	}
	results, err := license.LICBatchActiveAccount(b.flow.api, codes)
	done := len(codes)
	var partial *token.PartialError
	stopped := errors.As(err, &partial) // otherwise all failures are in the results
	if stopped {
		done, failures = partial.Done, append(failures, err)
	}
	for i, r := range results[:done] { // behind them are results that belong to none of the codes
		if r.ErrCode == codeBound && !stopped {
			err = b.confirm(codes[i], license.ActiveDetail{})
		} else {
			err = b.note(r)
		}
		if err != nil {
			failures, stopped = append(failures, err), stopped || stopsAll(err)
		}
	}
	return failures
}

// confirm checks whether a bound code is bound to its member: automatic activation, or an
// administrator in the console, may have used it first. Userids in the answer are encrypted,
// so it reads the member's own accounts.
func (b *buying) confirm(c license.ActiveCode, d license.ActiveDetail) error {
	if old, ok := b.result(c.ActiveCode); ok && old.ErrCode == 0 {
		return nil
	}
	if d.Status == stateMissing {
		return memberError{fmt.Errorf("code %s for %s: batch_get_active_info_by_code does not give its state, so it was not bound", c.ActiveCode, c.UserId)}
	}
	result := license.ActiveCodeResult{ActiveCode: c.ActiveCode, UserId: c.UserId}
	user, err := license.LICGetActiveByUser(b.flow.api, c.UserId)
	switch {
	case stopsAll(err):
		return err
	case err != nil:
		result.ErrCode = memberCode(err)
	case !slices.ContainsFunc(user.ActiveInfoList, func(a license.ActiveInfo) bool {
		return a.ActiveCode == c.ActiveCode || (a.ActiveCode == d.MergeInfo.ToActiveCode && a.ActiveCode != "")
	}):
		result.ErrCode = codeBound
	}
	return b.note(result)
}

// memberError is a failure that concerns one member only.
type memberError struct{ error }

func (e memberError) Unwrap() error { return e.error }

// memberCode returns the errcode of a refusal that is about the member alone, or 0.
func memberCode(err error) int {
	for _, code := range []int{40003, 60111, 701019} { // no such member
		if errors.Is(err, token.Code(code)) {
			return code
		}
	}
	return 0
}

// stopsAll reports whether requests for other members would fail too: a rate limit, no
// connection, or a refusal that is not about the member.
func stopsAll(err error) bool {
	var member memberError
	return err != nil && !errors.As(err, &member) && memberCode(err) == 0
}

// result returns the latest result of a code.
func (b *buying) result(code string) (license.ActiveCodeResult, bool) {
	if b.resultIndex == nil {
		b.resultIndex = make(map[string]int, len(b.Results))
		for i, r := range b.Results {
			b.resultIndex[r.ActiveCode] = i
		}
	}
	if i, ok := b.resultIndex[code]; ok {
		return b.Results[i], true
	}
	return license.ActiveCodeResult{}, false
}

// note stores the latest result of a code and returns its error.
func (b *buying) note(r license.ActiveCodeResult) error {
	if _, known := b.result(r.ActiveCode); known {
		b.Results[b.resultIndex[r.ActiveCode]] = r
	} else {
		b.resultIndex[r.ActiveCode] = len(b.Results)
		b.Results = append(b.Results, r)
	}
	if err := r.Err(); err != nil {
		return memberError{fmt.Errorf("code %s for %s: %w", r.ActiveCode, r.UserId, err)}
	}
	return nil
}
