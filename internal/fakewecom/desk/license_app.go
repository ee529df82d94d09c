package desk

import (
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type appInfoReq struct {
	CorpId  string `json:"corpid"`
	SuiteId string `json:"suite_id"`
}

// noteInstall remembers when a corp installed an app for the first time: a new
// installation starts no new trial.
func (ds *Desks) noteInstall(in *platform.Install) {
	d := ds.desk(in.Provider())
	key := appKey{in.SuiteId(), in.Corp.Id}
	if _, known := d.trials[key]; !known {
		d.trials[key] = in.Since
	}
}

func (d *desk) trialEnd(key appKey) int64 {
	return d.trials[key].Add(licTrialDays * 24 * time.Hour).Unix()
}

// appLicenseInfo: a corp with something to migrate is not checked yet; test
// corps and migrated ones have no trial. That checking starts when the trial
// ends is inferred.
func appLicenseInfo(d *desk, in appInfoReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	key := appKey{in.SuiteId, c.Id}
	if app := d.host.Install(in.SuiteId, c.Id); app == nil || app.Provider() != d.provider {
		return nil, licErr(codeNotInstalled)
	}
	switch c.facts.Legacy {
	case LegacyUnmigrated, LegacyMigrating:
		return obj{"license_status": 0}, nil
	case LegacyMigrated:
		return obj{"license_status": 1}, nil
	}
	if c.Test {
		return obj{"license_status": 1}, nil
	}
	end := d.trialEnd(key)
	return obj{
		"license_status":     1,
		"trail_info":         obj{"start_time": d.trials[key].Unix(), "end_time": end}, // their spelling
		"license_check_time": end,
	}, nil
}

type corpReq struct {
	CorpId string `json:"corpid"`
}

// supportPolicy is retired since 2023-04.
func supportPolicy(d *desk, in corpReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	if !d.installed(c) {
		return nil, licErr(codeNotInstalled)
	}
	return nil, licErr(codePolicyOver)
}
