package customers

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Kinds of a contact way.
const (
	toOne     = 1
	toSeveral = 2

	sceneMini = 1
	sceneCode = 2
)

// Times of contact ways.
const (
	listedWays = 90 * 24 * time.Hour // without a start_time
	usualLife  = 7 * 24 * time.Hour  // of a temporary way
)

// way is a contact way (联系我), as requests and answers have it.
type way struct {
	ConfigId      string          `json:"config_id"`
	Type          int64           `json:"type"`
	Scene         int64           `json:"scene"`
	Style         int64           `json:"style,omitempty"`
	Remark        string          `json:"remark"`
	SkipVerify    bool            `json:"skip_verify"`
	State         string          `json:"state"`
	QrCode        string          `json:"qr_code,omitempty"`
	User          []string        `json:"user"`
	Party         []int64         `json:"party"`
	IsTemp        bool            `json:"is_temp"`
	ExpiresIn     int64           `json:"expires_in,omitempty"`
	ChatExpiresIn int64           `json:"chat_expires_in,omitempty"`
	UnionId       string          `json:"unionid,omitempty"`
	Conclusions   json.RawMessage `json:"conclusions,omitempty"`
	made          time.Time
}

// way finds a contact way; nil: there is none.
func (b *book) way(configId string) *way {
	return platform.First(b.ways, func(w *way) bool { return w.ConfigId == configId })
}

// old reports whether a temporary way has expired.
func (w *way) old(now time.Time) bool {
	life := time.Duration(w.ExpiresIn) * time.Second
	return w.IsTemp && !now.Before(w.made.Add(cmp.Or(life, usualLife)))
}

// check refuses what no way can be.
func (a *ask) check(w *way) error {
	styles := map[int64]int64{toOne: 3, toSeveral: 2}
	switch {
	case styles[w.Type] == 0 || w.IsTemp && w.Type != toOne:
		return platform.Refuse(codeWayType, "invalid type")
	case w.Scene != sceneMini && w.Scene != sceneCode:
		return platform.Refuse(codeWayScene, "invalid scene")
	case w.Style < 0 || w.Style > styles[w.Type]:
		return platform.Refuse(codeWayStyle, "invalid style")
	}
	return a.checkMembers(w)
}

// checkMembers counts members, but not those of departments.
func (a *ask) checkMembers(w *way) error {
	const most = 100
	switch {
	case w.Type == toOne && (len(w.User) > 1 || len(w.Party) > 0) || len(w.User) > most:
		return platform.Refuse(codeWayMembers, "too many members")
	case len(w.User)+len(w.Party) == 0:
		return platform.BadParam("user and party are empty")
	}
	return a.seesAll(w.User...)
}

func addWay(a *ask) (obj, error) {
	w := &way{SkipVerify: true}
	if err := a.Decode(w); err != nil {
		return nil, err
	}
	if err := a.check(w); err != nil {
		return nil, err
	}
	w.ConfigId, w.made = a.cs.host.NewId("", 32), a.Now()
	out := obj{"config_id": w.ConfigId}
	if w.QrCode = ""; w.Scene == sceneCode {
		w.QrCode = "https://wework.qpic.cn/wwpic/" + w.ConfigId
		out["qr_code"] = w.QrCode
	}
	a.book.ways = append(a.book.ways, w)
	return out, nil
}

// wayAsked is the way that a request names.
func (a *ask) wayAsked() (*way, error) {
	w := a.way(a.Str("config_id"))
	if w == nil {
		return nil, platform.Refuse(codeNoConfig, "invalid config_id")
	}
	return w, nil
}

func getWay(a *ask) (obj, error) {
	w, err := a.wayAsked()
	if err != nil {
		return nil, err
	}
	return obj{"contact_way": shown(w)}, nil
}

// shown is a struct as an answer has it.
func shown(v any) obj {
	out := obj{}
	text, _ := json.Marshal(v) // structs of this package
	_ = json.Unmarshal(text, &out)
	for name, value := range out {
		if value == nil {
			delete(out, name)
		}
	}
	return out
}

// listWays lists the ways that are not temporary.
func listWays(a *ask) (obj, error) {
	from, to := cmp.Or(a.Int("start_time"), a.Now().Add(-listedWays).Unix()), cmp.Or(a.Int("end_time"), a.Now().Unix())
	all := []obj{}
	for _, w := range a.book.ways {
		if at := w.made.Unix(); !w.IsTemp && at >= from && at <= to {
			all = append(all, obj{"config_id": w.ConfigId})
		}
	}
	const most, usual = 1000, 100
	list, next, err := page(a.pageReq(), a.pageKey(), all, most, usual)
	if err != nil {
		return nil, err
	}
	return obj{"contact_way": list, "next_cursor": next}, nil
}

// updateWay replaces the fields that are there.
func updateWay(a *ask) (obj, error) {
	w, err := a.wayAsked()
	if err != nil {
		return nil, err
	}
	if w.old(a.Now()) {
		return nil, platform.Refuse(codeNoConfig, "config_id expired")
	}
	next := *w // the way keeps its lists if the request is refused
	next.User, next.Party, next.Conclusions = slices.Clone(w.User), slices.Clone(w.Party), slices.Clone(w.Conclusions)
	if err := a.Decode(&next); err != nil {
		return nil, err
	}
	next.Type, next.Scene, next.IsTemp, next.QrCode, next.made = w.Type, w.Scene, w.IsTemp, w.QrCode, w.made
	if err := a.check(&next); err != nil {
		return nil, err
	}
	*w = next
	return nil, nil
}

func deleteWay(a *ask) (obj, error) {
	w, err := a.wayAsked()
	if err != nil {
		return nil, err
	}
	a.book.ways = slices.DeleteFunc(a.book.ways, func(o *way) bool { return o == w })
	return nil, nil
}

// closeTemporary ends a chat that began by a temporary way.
func closeTemporary(a *ask) (obj, error) {
	r := a.relation(a.Str("userid"), a.Str("external_userid"))
	if r == nil || !r.Temporary || !a.sees(r.UserId) {
		return nil, platform.Refuse(codeNoCustomer, "no temporary chat")
	}
	a.drop(r)
	return nil, nil
}
