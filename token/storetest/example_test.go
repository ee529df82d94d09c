package storetest_test

import (
	"testing"

	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/token/storetest"
)

// The test of a Store, here of one in a folder.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestStore(t *testing.T)
		storetest.Run(t, func(t *testing.T) token.Store {
			store, err := token.NewDirStore(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return store
		})
	}
}
