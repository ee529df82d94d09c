package access_test

import (
	"fmt"

	"github.com/gothird/wecom/access"
)

// A token that ends up in a log shows nothing.
func ExampleValue() {
	value := access.CorpAccessToken{AcsToken: "do-not-print", ExpiresIn: 7200}.GetAccessToken()
	fmt.Printf("%v\n", value)
	fmt.Println(value.ExpiresIn, "seconds,", len(value.AcsToken), "bytes")
	// Output:
	// {*** 7200}
	// 7200 seconds, 12 bytes
}
