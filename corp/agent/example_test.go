package agent_test

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/corp/agent"
	"github.com/gothird/wecom/wecomtest"
)

// A member's workbench shows what is waiting for her.
func ExampleSetWorkbenchData() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		waiting := agent.KeyData{Items: []agent.KeyItem{
			{Key: "待审批", Data: "2", JumpUrl: "https://crm.example/approvals"},
			{Key: "待回访", Data: "4", JumpUrl: "https://crm.example/calls"},
		}}
		err := agent.SetWorkbenchTemplate(corp.Api(), agent.Template{Workbench: agent.Workbench{KeyData: &waiting}})
		fmt.Println("for all:", err)
		err = agent.SetWorkbenchData(corp.Api(), corp.Members[1].UserId, agent.Workbench{KeyData: &waiting})
		fmt.Println("for her:", err)
	})
	fmt.Println(err)
	// Output:
	// for all: <nil>
	// for her: <nil>
	// <nil>
}

func ExampleGet() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{AgentId: 1000012})

		app, err := agent.Get(corp.Api())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(app.AgentId, app.AllowPartys.PartyId) // the root: everybody
	})
	fmt.Println(err)
	// Output:
	// 1000012 [1]
	// <nil>
}
