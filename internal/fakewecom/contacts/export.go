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

// Kinds of exports.
const (
	exportingIds         = "export_simple_user"
	exportingDetails     = "export_user"
	exportingDepartments = "export_department"
	exportingTag         = "export_taguser"
)

// exporter tells how much there is, and makes the files.
type exporter func(v viewer, j *job) (int, block)

func exporters() map[string]exporter {
	return map[string]exporter{
		exportingIds:         exportIds,
		exportingDetails:     exportDetails,
		exportingDepartments: exportDepartments,
		exportingTag:         exportTagged,
	}
}

func (cs *Contacts) exports() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/export/simple_user": cs.open(beginExport(exportingIds)),
		"/cgi-bin/export/user":        cs.open(beginExport(exportingDetails)),
		"/cgi-bin/export/department":  cs.open(beginExport(exportingDepartments)),
		"/cgi-bin/export/taguser":     cs.open(exportTag),
		"/cgi-bin/export/get_result":  cs.open(exportResult),
	}
}

// beginExport makes the endpoint that begins an export.
func beginExport(kind string) func(a *ask) (obj, error) {
	return func(a *ask) (obj, error) { return a.export(job{kind: kind}) }
}

// export begins an export as the request says.
func (a *ask) export(j job) (obj, error) {
	var err error
	if j.key, j.size, err = a.exportForm(); err != nil {
		return nil, err
	}
	j.files = []exported{}
	return a.begin(j), nil
}

// give is the work of an export.
func (j *job) give(a *ask, list exporter) error {
	n, of := list(a.viewer, j)
	for from := 0; from == 0 || from < n; from += j.size {
		text, err := json.Marshal(of(from, min(from+j.size, n)))
		if err != nil {
			return err
		}
		j.files = append(j.files, a.cs.encrypted(j.key, text))
	}
	return nil
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

func exportIds(v viewer, _ *job) (int, block) { return v.exportUsers(v.ids) }

func exportDetails(v viewer, _ *job) (int, block) { return v.exportUsers(v.details) }

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

func exportDepartments(v viewer, _ *job) (int, block) {
	all := v.seenBelow(rootId)
	return len(all), func(from, to int) obj { return obj{"department": v.shown(all[from:to])} }
}

// exportTag exports who has a tag of the app: members first, then departments.
func exportTag(a *ask) (obj, error) {
	t, err := a.tag()
	if err != nil || t.maker != a.suiteId {
		return nil, platform.Refuse(codeBadTag, "invalid tag id")
	}
	return a.export(job{kind: exportingTag, tagId: t.id})
}

func exportTagged(v viewer, j *job) (int, block) {
	t := v.book.tags[j.tagId]
	if t == nil { // deleted since
		t = &tag{}
	}
	users := v.taggedUsers(t)
	return len(users) + len(t.departments), func(from, to int) obj {
		cut := len(users)
		return obj{"tagname": t.name, "userlist": users[min(from, cut):min(to, cut)],
			"partylist": append([]int64{}, t.departments[max(from, cut)-cut:max(to, cut)-cut]...)}
	}
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
