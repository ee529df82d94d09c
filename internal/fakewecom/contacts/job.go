package contacts

import (
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wecrypt"
)

// job is an import or an export.
type job struct {
	id, kind        string
	corpId, suiteId string // of the app that has asked
	due             time.Time
	done            bool
	code            int // what came of it
	text            string

	data    []byte            // of an import: the file
	own     platform.Callback // of an import: where its end is told, if anywhere
	results []obj             // of an import, by rows
	key     []byte            // of an export: its files are encrypted with it
	size    int               // of an export: how much is in a file
	tagId   int64             // of an export of a tag
	files   []exported        // of an export
}

// run does a job. The error is that of the whole of it.
func (j *job) run(a *ask) error {
	if x, ok := importers()[j.kind]; ok {
		return j.take(a, x)
	}
	if list, ok := exporters()[j.kind]; ok {
		return j.give(a, list)
	}
	return platform.BadParam("invalid job")
}

// SetJobDelay says how long imports and exports take.
func (cs *Contacts) SetJobDelay(d time.Duration) { cs.host.Locked(func() { cs.delay = d }) }

// begin queues a job, and answers with its id.
func (a *ask) begin(j job) obj {
	cs := a.cs
	j.id, j.corpId, j.suiteId, j.due = cs.host.NewId("jobid_", 32), a.corp.Id, a.suiteId, a.Now().Add(cs.delay)
	cs.jobs[j.id] = &j
	cs.queue = append(cs.queue, &j)
	return obj{"jobid": j.id}
}

// settle runs the jobs whose time has come.
func (cs *Contacts) settle() {
	for len(cs.queue) > 0 && !cs.host.Now().Before(cs.queue[0].due) {
		j := cs.queue[0]
		cs.queue = cs.queue[1:]
		corp := cs.host.Corp(j.corpId)
		a := &ask{viewer: cs.viewer(corp, cs.host.Suite(j.suiteId), cs.host.Install(j.suiteId, j.corpId)), cs: cs}
		j.code, j.text = platform.CodeOf(j.run(a))
		j.done = true
		cs.tellEnd(j)
	}
}

// tellEnd pushes batch_job_result: of an import where the request said, of an export to the
// app.
func (cs *Contacts) tellEnd(j *job) {
	result := platform.Group("BatchJob", platform.Text("JobId", j.id), platform.Text("JobType", j.kind),
		platform.Number("ErrCode", int64(j.code)), platform.Text("ErrMsg", j.text))
	to := platform.Target{Channel: spec.ChannelData, SuiteId: j.suiteId, CorpId: j.corpId, Own: j.own}
	if x := cs.host.Suite(j.suiteId); j.files != nil && x != nil && !x.Template {
		to.Channel = spec.ChannelInstruction
		cs.host.Tell(to, platform.Text("SuiteId", j.suiteId), platform.Text("InfoType", "batch_job_result"),
			platform.Number("TimeStamp", cs.host.PushTime()), result)
		return
	}
	if j.files == nil && j.own.URL == "" {
		return
	}
	cs.host.Tell(to, append(cs.host.EventHead(j.corpId, "sys", "batch_job_result"), result)...)
}

// job finds a job of the app, which the query names.
func (a *ask) job(export bool) (*job, error) {
	j := a.cs.jobs[a.Str("jobid")]
	switch {
	case j == nil || (j.files != nil) != export:
		return nil, platform.BadParam("invalid jobid")
	case j.corpId != a.corp.Id || j.suiteId != a.suiteId:
		return nil, platform.Refuse(codeNotVisible, "no privilege to access the job")
	}
	return j, nil
}

// callback is where a request wants to hear of the end of an import. All of it is there, or
// nothing.
func (a *ask) callback() (own platform.Callback, err error) {
	var in struct {
		Callback *struct {
			URL   string `json:"url"`
			Token string `json:"token"`
			Key   string `json:"encodingaeskey"`
		} `json:"callback"`
	}
	if err := a.Decode(&in); err != nil || in.Callback == nil {
		return own, err
	}
	own = platform.Callback{URL: in.Callback.URL, Token: in.Callback.Token, EncodingAESKey: in.Callback.Key}
	if own == (platform.Callback{}) {
		return own, nil
	}
	if _, err := wecrypt.New(own.Token, own.EncodingAESKey); err != nil || own.URL == "" || own.Token == "" {
		return own, platform.BadParam("invalid callback: url, token and encodingaeskey belong together")
	}
	a.cs.host.Hide(own.Token)
	a.cs.host.Hide(own.EncodingAESKey)
	return own, nil
}
