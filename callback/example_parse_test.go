package callback_test

import (
	"fmt"

	"github.com/gothird/wecom/callback"
)

func ExampleParse() {
	n, err := callback.Parse([]byte(`<xml>
  <SuiteId><![CDATA[ww1a2b3c4d5e6f7089]]></SuiteId>
  <AuthCorpId><![CDATA[wpKx7AEAAADp3sQ9mR2vT5nL8cYb1HfG]]></AuthCorpId>
  <InfoType><![CDATA[change_contact]]></InfoType>
  <TimeStamp>1735700412</TimeStamp>
  <ChangeType><![CDATA[update_user]]></ChangeType>
  <UserID><![CDATA[lin]]></UserID>
  <Department><![CDATA[3,17]]></Department>
  <Mobile></Mobile>
</xml>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	switch e := n.Content.(type) {
	case *callback.ContactEvent:
		given := n.Given()
		fmt.Println(n.ChangeType, e.UserID, e.Department)
		fmt.Println("mobile cleared:", given["Mobile"] && e.Mobile == "")
		fmt.Println("name changed:", given["Name"])
	case *callback.UnknownEvent:
		fmt.Println("new to this SDK:", e.Kind)
	}
	// Output:
	// update_user lin [3 17]
	// mobile cleared: true
	// name changed: false
}

func ExampleNotice() {
	n, err := callback.Parse([]byte(`<xml><InfoType>suite_ticket</InfoType><SuiteTicket>s3cret</SuiteTicket></xml>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%T %v\n", n.Content, n.Content)
	// Output: *callback.SuiteTicketEvent {***}
}
