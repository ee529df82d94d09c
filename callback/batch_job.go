package callback

// Asynchronous jobs (异步任务), on 数据回调URL. batch_job_result arrives on 指令回调URL too, and
// on 系统事件接收URL for jobs of the provider.
const (
	KItBatchJobResult       EventKind = "batch_job_result"
	KItUploadMediaJobFinish EventKind = "upload_media_job_finish"
)

// BatchJobEvent 异步任务完成: a contact export (export_…), id translation (contact_id_translate)
// or contact import (sync_user, …) has ended. For exports AuthCorpId is empty: remember which
// corp a job belongs to. It arrives on the 指令回调URL and the 数据回调URL and the
// 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/94956
type BatchJobEvent struct {
	BatchJob BatchJob `json:"BatchJob" xml:"BatchJob"`
}

// BatchJob is the job that ended. For contact_id_translate there is no ErrCode here: fetch
// the result.
type BatchJob struct {
	JobId   string `json:"JobId" xml:"JobId"`
	JobType string `json:"JobType" xml:"JobType"`
	ErrCode int    `json:"ErrCode" xml:"ErrCode"`
	ErrMsg  string `json:"ErrMsg" xml:"ErrMsg"`
}

// JobEvent 异步任务结果: an upload of media or an export of the chat archive has ended; its
// result can be fetched. It arrives on the 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97126
type JobEvent struct {
	JobId string `json:"JobId" xml:"JobId"`
}
