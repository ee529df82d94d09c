package customers

import (
	"slices"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// joinWay is a way into groups (加入群聊), as requests and answers have it. An app sees its own.
type joinWay struct {
	ConfigId   string   `json:"config_id"`
	Scene      int64    `json:"scene"`
	Remark     string   `json:"remark"`
	AutoCreate int64    `json:"auto_create_room"`
	BaseName   string   `json:"room_base_name"`
	BaseId     int64    `json:"room_base_id"`
	ChatIds    []string `json:"chat_id_list"`
	QrCode     string   `json:"qr_code"`
	State      string   `json:"state"`

	suite string
}

func (b *book) joinWay(configId string) *joinWay {
	return platform.First(b.joinWays, func(j *joinWay) bool { return j.ConfigId == configId })
}

func addJoinWay(a *ask) (obj, error) {
	j := &joinWay{suite: a.SuiteId()}
	if err := a.readJoinWay(j); err != nil {
		return nil, err
	}
	j.ConfigId = a.cs.host.NewId("", 32)
	j.QrCode = "https://wework.qpic.cn/wwpic/" + j.ConfigId
	a.joinWays = append(a.joinWays, j)
	return obj{"config_id": j.ConfigId}, nil
}

// readJoinWay takes a join way from a request; a remark that is too long is cut.
func (a *ask) readJoinWay(j *joinWay) error {
	const most = 30
	j.AutoCreate = 1
	if err := a.Decode(j); err != nil {
		return err
	}
	if utf8.RuneCountInString(j.Remark) > most {
		j.Remark = string([]rune(j.Remark)[:most])
	}
	switch {
	case j.Scene != sceneMini && j.Scene != sceneCode:
		return platform.BadParam("invalid scene")
	case len(j.ChatIds) == 0:
		return platform.BadParam("chat_id_list is empty")
	}
	for _, id := range j.ChatIds {
		if _, err := a.chatAsked(id); err != nil {
			return platform.Refuse(codeNotVisible, "no privilege to access group %s", id)
		}
	}
	return nil
}

// joinWayAsked is the way that a request names.
func (a *ask) joinWayAsked() (*joinWay, error) {
	j := a.joinWay(a.Str("config_id"))
	if j == nil || j.suite != a.SuiteId() {
		return nil, platform.Refuse(codeNoConfig, "invalid config_id")
	}
	return j, nil
}

func getJoinWay(a *ask) (obj, error) {
	j, err := a.joinWayAsked()
	if err != nil {
		return nil, err
	}
	return obj{"join_way": shown(j)}, nil
}

func updateJoinWay(a *ask) (obj, error) {
	j, err := a.joinWayAsked()
	if err != nil {
		return nil, err
	}
	next := joinWay{suite: j.suite}
	if err := a.readJoinWay(&next); err != nil {
		return nil, err
	}
	next.QrCode = j.QrCode
	*j = next
	return nil, nil
}

func deleteJoinWay(a *ask) (obj, error) {
	j, err := a.joinWayAsked()
	if err != nil {
		return nil, err
	}
	a.joinWays = slices.DeleteFunc(a.joinWays, func(o *joinWay) bool { return o == j })
	return nil, nil
}
