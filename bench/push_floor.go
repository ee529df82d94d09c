package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// knownUser is what the floor and encoding/xml decode into: fixed, with nothing to look up.
type knownUser struct {
	SuiteId, AuthCorpId, InfoType, ChangeType, SuiteTicket     string
	TimeStamp                                                  int64
	UserID, OpenUserID, NewUserID, Name                        string
	Department, IsLeaderInDept, DirectLeader                   string
	Mobile, Position, Email, BizMail, Avatar, Alias, Telephone string
	MainDepartment                                             string
	Gender, Status                                             int
	ExtAttr                                                    []knownAttr `xml:"ExtAttr>Item"`
	departments, leaders, directLeaders                        []string
}

type knownAttr struct {
	Name  string
	Type  int
	Value string `xml:"Text>Value"`
	Title string `xml:"Web>Title"`
	Url   string `xml:"Web>Url"`
}

// floor does what cannot be left out, for one fixed document, trusting its form: signature,
// base64, AES in place, and a walk from tag to tag.
type floor struct {
	token  string
	block  cipher.Block
	iv     []byte
	digest []byte
}

func newFloor(token, encodingAESKey string) *floor {
	key, _ := base64.RawStdEncoding.DecodeString(encodingAESKey)
	block, _ := aes.NewCipher(key)
	return &floor{token: token, block: block, iv: key[:aes.BlockSize]}
}

func (f *floor) open(signature, timestamp, nonce string, body []byte) *knownUser {
	_, encrypt, _ := bytes.Cut(body, []byte("<Encrypt><![CDATA["))
	encrypt, _, _ = bytes.Cut(encrypt, []byte("]]>"))
	parts := [][]byte{[]byte(f.token), []byte(timestamp), []byte(nonce), encrypt}
	slices.SortFunc(parts, bytes.Compare)
	f.digest = f.digest[:0]
	for _, p := range parts {
		f.digest = append(f.digest, p...)
	}
	sum := sha1.Sum(f.digest)
	var text [2 * sha1.Size]byte
	hex.Encode(text[:], sum[:])
	if string(text[:]) != signature {
		return nil
	}
	buf := make([]byte, base64.StdEncoding.DecodedLen(len(encrypt)))
	n, _ := base64.StdEncoding.Decode(buf, encrypt)
	buf = buf[:n]
	cipher.NewCBCDecrypter(f.block, f.iv).CryptBlocks(buf, buf)
	size := binary.BigEndian.Uint32(buf[16:])
	return scanUser(string(buf[20 : 20+size]))
}

func scanUser(s string) *knownUser {
	u := new(knownUser)
	u.ExtAttr = make([]knownAttr, 0, strings.Count(s, "<Item>"))
	var attr *knownAttr
	for {
		lt := strings.IndexByte(s, '<')
		if lt < 0 {
			return u
		}
		s = s[lt+1:]
		gt := strings.IndexByte(s, '>')
		name := s[:gt]
		s = s[gt+1:]
		if name[0] == '/' {
			if name == "/Item" {
				attr = nil
			}
			continue
		}
		var text string
		switch {
		case strings.HasPrefix(s, "<![CDATA["):
			text, s, _ = strings.Cut(s[len("<![CDATA["):], "]]>")
		case name == "Item":
			u.ExtAttr = append(u.ExtAttr, knownAttr{})
			attr = &u.ExtAttr[len(u.ExtAttr)-1]
			continue
		default:
			text = s[:strings.IndexByte(s, '<')]
		}
		if attr != nil {
			attr.set(name, text)
		} else {
			u.set(name, text)
		}
	}
}

func (a *knownAttr) set(name, text string) {
	switch name {
	case "Name":
		a.Name = text
	case "Type":
		a.Type, _ = strconv.Atoi(text)
	case "Value":
		a.Value = text
	case "Title":
		a.Title = text
	case "Url":
		a.Url = text
	}
}

// set looks at the length first, as the compiler does in a switch over texts: the same work as
// one switch over all names.
func (u *knownUser) set(name, text string) {
	switch n := len(name); {
	case n <= 6:
		u.setShort(name, text)
	case n <= 9:
		u.setMiddle(name, text)
	default:
		u.setLong(name, text)
	}
}

func (u *knownUser) setShort(name, text string) {
	switch name {
	case "UserID":
		u.UserID = text
	case "Name":
		u.Name = text
	case "Mobile":
		u.Mobile = text
	case "Gender":
		u.Gender, _ = strconv.Atoi(text)
	case "Status":
		u.Status, _ = strconv.Atoi(text)
	case "Email":
		u.Email = text
	case "Avatar":
		u.Avatar = text
	case "Alias":
		u.Alias = text
	}
}

func (u *knownUser) setMiddle(name, text string) {
	switch name {
	case "SuiteId":
		u.SuiteId = text
	case "InfoType":
		u.InfoType = text
	case "TimeStamp":
		u.TimeStamp, _ = strconv.ParseInt(text, 10, 64)
	case "NewUserID":
		u.NewUserID = text
	case "Position":
		u.Position = text
	case "BizMail":
		u.BizMail = text
	case "Telephone":
		u.Telephone = text
	}
}

func (u *knownUser) setLong(name, text string) {
	switch name {
	case "AuthCorpId":
		u.AuthCorpId = text
	case "ChangeType":
		u.ChangeType = text
	case "SuiteTicket":
		u.SuiteTicket = text
	case "OpenUserID":
		u.OpenUserID = text
	case "Department":
		u.departments = strings.Split(text, ",")
	case "IsLeaderInDept":
		u.leaders = strings.Split(text, ",")
	case "DirectLeader":
		u.directLeaders = strings.Split(text, ",")
	case "MainDepartment":
		u.MainDepartment = text
	}
}
