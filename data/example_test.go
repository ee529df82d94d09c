package data_test

import (
	"encoding/json"
	"fmt"

	"github.com/gothird/wecom/data"
)

// Numbers keep all their digits.
func ExampleD() {
	var d data.D
	err := json.Unmarshal([]byte(`{"device_sn":"SN0001","device_id":9007199254740993}`), &d)
	fmt.Println(d.String("device_sn"), d["device_id"], err)
	// Output: SN0001 9007199254740993 <nil>
}

// The first page in WeCom's default size, and the next one with ten items.
func ExampleCursor() {
	for _, page := range []data.Cursor{{}, {Cursor: "next_cursor of the answer", Limit: 10}} {
		text, err := json.Marshal(page)
		fmt.Println(string(text), err)
	}
	// Output:
	// {} <nil>
	// {"cursor":"next_cursor of the answer","limit":10} <nil>
}
