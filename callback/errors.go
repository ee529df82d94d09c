package callback

import "errors"

// Errors of a push. The sender gets only an HTTP status; the errors go to Config.OnError and
// Config.Logger.
var (
	// ErrSignature: msg_signature does not belong to the text. The push is forged, was cut on
	// its way, or was signed with another Token.
	ErrSignature = errors.New("callback: signature does not match (forged, or signed with another Token)")

	// ErrDecrypt is for every failure after a valid signature, so that no detail of a
	// ciphertext can leak. Mostly the EncodingAESKey is that of another URL.
	ErrDecrypt = errors.New("callback: message cannot be decrypted (is EncodingAESKey the one of this URL?)")

	// ErrReceiveId: the message was meant for another corp or app than this URL serves.
	ErrReceiveId = errors.New("callback: message is for another receive id")

	// ErrPayload: the text is neither the XML nor the JSON that WeCom sends.
	ErrPayload = errors.New("callback: not a document as WeCom sends them")

	// ErrKey: Token or EncodingAESKey cannot be those of WeCom's console.
	ErrKey = errors.New("callback: bad Token or EncodingAESKey")
)
