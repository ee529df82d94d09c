package chatdata_test

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/corp/chatdata"
	"github.com/gothird/wecom/wecomtest"
)

// The types of a program are those that its protocols describe.
func ExampleSyncCallProgram() {
	type input struct {
		MsgIds []string `json:"msgid_list"`
	}
	type output struct {
		Output string `json:"output"`
	}
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		summarise := chatdata.Ability{ProgramId: "spKx7demoProgram", AbilityId: "abKx7demoAbility"}
		out, err := chatdata.SyncCallProgram[output](corp.Api(), summarise, "", input{[]string{"msg1", "msg2"}})
		fmt.Println(out.Output, err)
	})
	fmt.Println(err)
	// Output:
	// response-data-1 <nil>
	// <nil>
}

// Work that takes longer is a job.
func ExampleWaitProgram() {
	type output struct {
		Output string `json:"output"`
	}
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		train := chatdata.Ability{ProgramId: "spKx7demoProgram", AbilityId: "abKx7demoTraining"}
		job, err := chatdata.AsyncProgramTask(corp.Api(), train, struct{}{})
		fmt.Println(job != "", err)
		res, err := chatdata.WaitProgram[output](corp.Api(), job, 0)
		fmt.Println(res.ResponseData.Output, err)
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// response-data-2 <nil>
	// <nil>
}
