package chatdata

import (
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const keyBits = 2048

type keyReq struct {
	PublicKey    string `json:"public_key"`
	PublicKeyVer int64  `json:"public_key_ver"`
}

// SetPublicKey 设置公钥: sets the key, RSA of 2048 bits, with which the keys of the corp's
// messages are encrypted. Archiving starts with it. Each change needs a higher version. A
// message keeps the version of its time, so keep every private key. Use one pair for each corp.
//
// Third-party and customised apps. Errors: 40211 wrong key, 40212 the version is lower than the
// present one.
// https://developer.work.weixin.qq.com/document/path/99845
func SetPublicKey(api *token.Api, key *rsa.PublicKey, version int64) error {
	text, err := pemOf(key)
	return cgi.Do(api, cgi.Write("chatdata/set_public_key"), keyReq{text, version}, err, check.NonNegative("public_key_ver", version))
}

// pemOf writes a key as WeCom reads it.
func pemOf(key *rsa.PublicKey) (string, error) {
	if key == nil || key.N == nil {
		return "", errors.New("wecom: public_key is empty")
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if n := key.N.BitLen(); n != keyBits {
		err = cmp.Or(err, fmt.Errorf("it has %d bits: it must have %d", n, keyBits))
	}
	if err != nil {
		return "", fmt.Errorf("wecom: public_key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}
