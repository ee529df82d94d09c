package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gothird/wecom/token"
)

// What the rows call: endpoints with a small answer, and one with a long list.
var (
	getCall  = token.Endpoint{Method: http.MethodGet, Path: "/cgi-bin/bench/get_order", Credential: token.Provider, Read: true}
	postCall = token.Endpoint{Path: "/cgi-bin/bench/get_order", Credential: token.Provider, Read: true}
	listCall = token.Endpoint{Path: "/cgi-bin/bench/list_active_info", Credential: token.Provider, Read: true}
)

type orderReq struct {
	CorpId  string `json:"corpid"`
	OrderId string `json:"order_id"`
}

// orderInfo is an answer of usual size.
type orderInfo struct {
	OrderId string `json:"order_id"`
	Status  int    `json:"order_status"`
	Price   int64  `json:"price"`
	PayTime int64  `json:"pay_time"`
}

var oneOrder = orderInfo{"OI000000CB67E45F0CF0D0E0B1", 1, 12_000, 1_641_052_800}

// activeInfo is one of a long list.
type activeInfo struct {
	ActiveCode string      `json:"active_code"`
	Type       int         `json:"type"`
	Status     int         `json:"status"`
	UserId     string      `json:"userid"`
	CreateTime int64       `json:"create_time"`
	ActiveTime int64       `json:"active_time"`
	ExpireTime int64       `json:"expire_time"`
	MergeInfo  activeMerge `json:"merge_info"`
}

type activeMerge struct {
	ToActiveCode   string `json:"to_active_code"`
	FromActiveCode string `json:"from_active_code"`
}

type activeList struct {
	NextCursor string       `json:"next_cursor"`
	HasMore    int          `json:"has_more"`
	List       []activeInfo `json:"account_list"`
}

func activeOf(i int) activeInfo {
	return activeInfo{
		ActiveCode: fmt.Sprintf("LA%022d", i), Type: 1 + i%2, Status: 2, UserId: fmt.Sprintf("woAJ2GCAAAXtWyujaWJHDDGi0mAC%04d", i%10_000),
		CreateTime: 1_640_966_400 + int64(i), ActiveTime: 1_641_052_800 + int64(i), ExpireTime: 1_672_588_800 + int64(i),
		MergeInfo: activeMerge{FromActiveCode: fmt.Sprintf("LA%022d", i+1)},
	}
}

// answerOf is a struct as WeCom would send it.
func answerOf(payload any) []byte {
	head, _ := json.Marshal(envelope{0, "ok"}) // neither can fail: texts and numbers
	rest, _ := json.Marshal(payload)
	return []byte(strings.TrimSuffix(string(head), "}") + "," + strings.TrimPrefix(string(rest), "{"))
}

// longAnswer is a list of about size bytes.
func longAnswer(size int) []byte {
	list := activeList{NextCursor: "bench-cursor", HasMore: 1}
	one, _ := json.Marshal(activeOf(0))
	for i := range size / (len(one) + 1) {
		list.List = append(list.List, activeOf(i))
	}
	return answerOf(list)
}

// odd changes the status of an entry in the middle of a list.
func odd(answer []byte, status string) []byte {
	const name = `"status":`
	middle := len(answer) / 2
	at := middle + bytes.Index(answer[middle:], []byte(name+"2,")) + len(name)
	return append(append(bytes.Clone(answer[:at]), status...), answer[at+1:]...)
}

// oddities is what WeCom does to an answer here and there.
var oddities = []struct {
	name string
	do   func(answer []byte) []byte
	most float64 // by encoding/json on a clean answer
}{
	{"one number quoted", func(a []byte) []byte { return odd(a, `"2"`) }, 1.3},
	{"one misfit", func(a []byte) []byte { return odd(a, `{}`) }, 0},
	{"raw newline", func(a []byte) []byte { return bytes.Replace(a, []byte(`"ok"`), []byte("\"o\nk\""), 1) }, 0},
	{"all numbers quoted", quoteAll, 0},
}

// quoteAll quotes the numbers of a list.
func quoteAll(answer []byte) []byte {
	for _, name := range []string{"type", "status", "create_time", "active_time", "expire_time"} {
		parts := bytes.Split(answer, []byte(`"`+name+`":`))
		for i := 1; i < len(parts); i++ {
			end := bytes.IndexByte(parts[i], ',')
			parts[i] = append([]byte(`"`+string(parts[i][:end])+`"`), parts[i][end:]...)
		}
		answer = bytes.Join(parts, []byte(`"`+name+`":`))
	}
	return answer
}
