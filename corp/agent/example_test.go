package agent_test

import (
	"fmt"
	"log"

	"github.com/gothird/wecom/corp/agent"
	"github.com/gothird/wecom/corp/internal/corptest"
)

// A member's workbench shows what is waiting for her.
func ExampleSetWorkbenchData() {
	fake, api := corptest.Connect()

	waiting := agent.KeyData{Items: []agent.KeyItem{
		{Key: "待审批", Data: "2", JumpUrl: "https://crm.example/approvals"},
		{Key: "待回访", Data: "4", JumpUrl: "https://crm.example/calls"},
	}}
	if err := agent.SetWorkbenchTemplate(api, agent.Template{Workbench: agent.Workbench{KeyData: &waiting}}); err != nil {
		log.Fatal(err)
	}
	if err := agent.SetWorkbenchData(api, "woAnna", agent.Workbench{KeyData: &waiting}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(fake.Count("/cgi-bin/agent/set_workbench_data"), "member has data of her own")
	// Output: 1 member has data of her own
}

func ExampleGet() {
	_, api := corptest.Connect()

	app, err := agent.Get(api)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(app.AgentId, len(app.AllowUserInfos.User), "members see the app")
	// Output: 1000012 2 members see the app
}
