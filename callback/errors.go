package callback

import "errors"

// What can be wrong with a push. The peer is told none of it; errors.Is tells the receiver.
var (
	// ErrSignature: msg_signature does not belong to the text. The push is forged, was cut on
	// its way, or was signed with another Token.
	ErrSignature = errors.New("callback: signature does not match (forged, or signed with another Token)")

	// ErrDecrypt stands for everything that goes wrong behind a good signature, so that no
	// detail of a ciphertext can leak. Most often the EncodingAESKey is that of another URL.
	ErrDecrypt = errors.New("callback: message cannot be decrypted (is EncodingAESKey the one of this URL?)")

	// ErrReceiveId: the message was meant for another corp or app than this URL serves.
	ErrReceiveId = errors.New("callback: message is for another receive id")

	// ErrPayload: the text is neither the XML nor the JSON that WeCom sends.
	ErrPayload = errors.New("callback: not a document as WeCom sends them")

	// ErrKey: Token or EncodingAESKey cannot be those of WeCom's console.
	ErrKey = errors.New("callback: bad Token or EncodingAESKey")
)
