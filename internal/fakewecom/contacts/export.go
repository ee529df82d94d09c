package contacts

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" // WeCom's choice; not for security
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	exportRunning = 1
	exportDone    = 2
	fileLife      = 2 * time.Hour
	leastBlock    = 10_000
	mostBlock     = 1_000_000
	padTo         = 32
)

// exported is one file of an export.
type exported struct {
	path, md5 string
	size      int
}

// block makes the content of one file: the entries from one to before another.
type block func(from, to int) obj

func (cs *Contacts) exports() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/export/simple_user": cs.open(beginExport("export_simple_user", exportIds)),
		"/cgi-bin/export/user":        cs.open(beginExport("export_user", exportDetails)),
		"/cgi-bin/export/department":  cs.open(beginExport("export_department", exportDepartments)),
		"/cgi-bin/export/taguser":     cs.open(exportTag),
		"/cgi-bin/export/get_result":  cs.open(exportResult),
	}
}

// beginExport makes the endpoint that begins an export: list tells how much there is, and makes
// the files.
func beginExport(kind string, list func(v viewer) (int, block)) func(a *ask) (obj, error) {
	return func(a *ask) (obj, error) {
		key, size, err := a.exportForm()
		if err != nil {
			return nil, err
		}
		j := a.begin("jobid_", kind, func(j *job, a *ask) error {
			n, of := list(a.viewer)
			for from := 0; from == 0 || from < n; from += size {
				text, err := json.Marshal(of(from, min(from+size, n)))
				if err != nil {
					return err
				}
				j.files = append(j.files, a.cs.encrypted(key, text))
			}
			return nil
		})
		j.files = []exported{}
		return obj{"jobid": j.id}, nil
	}
}

var keyForm = regexp.MustCompile(`^[0-9A-Za-z]{43}$`)

// exportForm is the key and the size of the blocks that a request names.
func (a *ask) exportForm() (key []byte, size int, err error) {
	text, block := a.Str("encoding_aeskey"), a.Int("block_size")
	key, err = base64.RawStdEncoding.DecodeString(text)
	switch {
	case err != nil || !keyForm.MatchString(text):
		return nil, 0, platform.BadParam("invalid encoding_aeskey")
	case a.Body()["block_size"] == nil:
		block = mostBlock
	case block < leastBlock || block > mostBlock:
		return nil, 0, platform.BadParam("invalid block_size")
	}
	a.cs.host.Hide(text)
	return key, int(block), nil
}

// encrypted publishes a file: AES in CBC mode, whose IV is the beginning of the key, padded to
// a multiple of 32 bytes.
func (cs *Contacts) encrypted(key, text []byte) exported {
	pad := padTo - len(text)%padTo
	file := append(text, bytes.Repeat([]byte{byte(pad)}, pad)...)
	c, err := aes.NewCipher(key)
	if err != nil {
		return exported{} // a key of another length was refused
	}
	cipher.NewCBCEncrypter(c, key[:aes.BlockSize]).CryptBlocks(file, file)
	sum := md5.Sum(file)
	path := cs.host.Publish("application/octet-stream", file, cs.host.Now().Add(fileLife))
	return exported{path, hex.EncodeToString(sum[:]), len(file)}
}

func exportIds(v viewer) (int, block) { return v.exportUsers(v.ids) }

func exportDetails(v viewer) (int, block) { return v.exportUsers(v.details) }

func (v viewer) exportUsers(show func(m platform.Member) obj) (int, block) {
	members := slices.DeleteFunc(slices.Clone(v.corp.Members), func(m platform.Member) bool { return !m.Visible() })
	return len(members), func(from, to int) obj {
		list := []obj{}
		for _, m := range members[from:to] {
			list = append(list, show(m))
		}
		return obj{"userlist": list}
	}
}

func exportDepartments(v viewer) (int, block) {
	all := v.seenBelow(rootId)
	return len(all), func(from, to int) obj { return obj{"department": v.shown(all[from:to])} }
}

// exportTag exports who has a tag of the app: members first, then departments.
func exportTag(a *ask) (obj, error) {
	t, err := a.tag()
	if err != nil || t.maker != a.suiteId {
		return nil, platform.Refuse(codeBadTag, "invalid tag id")
	}
	id := t.id
	return beginExport("export_taguser", func(v viewer) (int, block) {
		t := v.book.tags[id]
		if t == nil { // deleted since
			t = &tag{}
		}
		users := v.taggedUsers(t)
		return len(users) + len(t.departments), func(from, to int) obj {
			cut := len(users)
			return obj{"tagname": t.name, "userlist": users[min(from, cut):min(to, cut)],
				"partylist": append([]int64{}, t.departments[max(from, cut)-cut:max(to, cut)-cut]...)}
		}
	})(a)
}

func exportResult(a *ask) (obj, error) {
	j, err := a.job(true)
	if err != nil {
		return nil, err
	}
	if !j.done {
		return obj{"status": exportRunning}, nil
	}
	list := []obj{}
	for _, f := range j.files {
		list = append(list, obj{"url": a.Base() + f.path, "size": f.size, "md5": f.md5})
	}
	return obj{"status": exportDone, "data_list": list}, nil
}
