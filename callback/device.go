package callback

// Smart hardware (智慧硬件), on 系统事件接收URL; the reports of the data zone and
// device_data_auth_change on 数据回调URL. The latter has a head only: [BareEvent].
const (
	KItAddDevice                     EventKind = "add_device"
	KItDelDevice                     EventKind = "del_device"
	KItRemarkDeviceName              EventKind = "remark_device_name"
	KItDeviceFeatureChange           EventKind = "device_feature_change"
	KItConnectInfo                   EventKind = "connect_info"
	KItDisconnectInfo                EventKind = "disconnect_info"
	KItErrorReport                   EventKind = "error_report"
	KItFetchLogFinish                EventKind = "fetch_log_finish"
	KItDeviceDataAuthChange          EventKind = "device_data_auth_change"
	KItDeviceCheckinDataReport       EventKind = "device_checkin_data_report"
	KItDeviceAccessControlDataReport EventKind = "device_accesscontrol_data_report"
	KItDeviceTemperatureDataReport   EventKind = "device_temperature_data_report"
)

// DeviceEvent 设备变更: a device was added, removed, renamed, or its features changed. It
// arrives on the 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/96062
type DeviceEvent struct {
	DeviceSn   string `json:"DeviceSn" xml:"DeviceSn"`
	RemarkName string `json:"RemarkName" xml:"RemarkName"` // added and renamed devices
	ModelId    string `json:"ModelId" xml:"ModelId"`       // added devices
}

// DeviceConnectionEvent 设备连接: a device came online or went offline. Times are Unix seconds.
// It arrives on the 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/96062
type DeviceConnectionEvent struct {
	DeviceSn       string `json:"DeviceSn" xml:"DeviceSn"`
	ConnectTime    int64  `json:"ConnectTime" xml:"ConnectTime"`
	DisconnectTime int64  `json:"DisconnectTime" xml:"DisconnectTime"`
	Reason         int    `json:"Reason" xml:"Reason"` // why it went offline; its values are on WeCom's page only
}

// DeviceErrorEvent 设备错误上报. It arrives on the 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/96062
type DeviceErrorEvent struct {
	DeviceSn string `json:"DeviceSn" xml:"DeviceSn"`
	ErrCode  int    `json:"ErrCode" xml:"ErrCode"`
	ErrMsg   string `json:"ErrMsg" xml:"ErrMsg"`
}

// DeviceLogEvent 设备日志: the log of a device can be downloaded as media. It arrives on the
// 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/96062
type DeviceLogEvent struct {
	DeviceSn string `json:"DeviceSn" xml:"DeviceSn"`
	MediaId  string `json:"MediaId" xml:"MediaId"`
}

// CheckinReportEvent 打卡数据上报. Like the other two reports it has a TimeStamp in its head and
// no CreateTime. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97214
type CheckinReportEvent struct {
	CheckInDataList []CheckinData `json:"CheckInDataList" xml:"CheckInDataList>Item"`
	DeviceSn        string        `json:"DeviceSn" xml:"DeviceSn"`
}

// CheckinData is one check-in.
type CheckinData struct {
	OpenUserId  string `json:"OpenUserId" xml:"OpenUserId"`
	UserType    int    `json:"UserType" xml:"UserType"`       // 0 member, 1 visitor, 2 student
	CheckinTime int64  `json:"CheckinTime" xml:"CheckinTime"` // Unix seconds
}

// AccessReportEvent 门禁数据上报. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97215
type AccessReportEvent struct {
	AccessDataList []AccessData `json:"AccessDataList" xml:"AccessDataList>Item"`
	DeviceSn       string       `json:"DeviceSn" xml:"DeviceSn"`
}

// AccessData is one passage. The values of PassType and PassMethod are on WeCom's page only.
type AccessData struct {
	OpenUserId string `json:"OpenUserId" xml:"OpenUserId"`
	UserType   int    `json:"UserType" xml:"UserType"`   // 0 member, 1 visitor, 2 student
	TimeStamp  int64  `json:"TimeStamp" xml:"TimeStamp"` // Unix seconds
	PassType   int    `json:"PassType" xml:"PassType"`
	PassMethod int    `json:"PassMethod" xml:"PassMethod"`
}

// TemperatureReportEvent 测温数据上报. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97216
type TemperatureReportEvent struct {
	TemperatureDataList []TemperatureData `json:"TemperatureDataList" xml:"TemperatureDataList>Item"`
	DeviceSn            string            `json:"DeviceSn" xml:"DeviceSn"`
}

// TemperatureData is one measurement.
type TemperatureData struct {
	OpenUserId  string `json:"OpenUserId" xml:"OpenUserId"`
	UserType    int    `json:"UserType" xml:"UserType"`                    // 0 member, 1 visitor, 2 student
	TimeStamp   int64  `json:"TimeStamp" xml:"TimeStamp"`                  // Unix seconds
	Temperature string `json:"Temperature" xml:"Temperature" wecom:"trim"` // decimal, °C
	Status      int    `json:"Status" xml:"Status"`                        // its values are on WeCom's page only
}
