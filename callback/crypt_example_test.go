package callback_test

import (
	"errors"
	"fmt"

	"github.com/gothird/wecom/callback"
)

// A push made and opened by hand. A Handler does the opening by itself.
func ExampleCrypt() {
	crypt, err := callback.NewCrypt("myToken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
	if err != nil {
		fmt.Println(err)
		return
	}
	encrypt, signature, err := crypt.Encrypt(
		[]byte("<xml><InfoType>suite_ticket</InfoType></xml>"), "ww-suite", "1760000000", "nonce")
	if err != nil {
		fmt.Println(err)
		return
	}

	payload, receiveId, err := crypt.Decrypt(signature, "1760000000", "nonce", encrypt)
	fmt.Println(string(payload), receiveId, err)

	_, _, err = crypt.Decrypt(signature, "1760000001", "nonce", encrypt)
	fmt.Println(errors.Is(err, callback.ErrSignature))
	// Output:
	// <xml><InfoType>suite_ticket</InfoType></xml> ww-suite <nil>
	// true
}
