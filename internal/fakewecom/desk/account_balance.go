package desk

type noReq struct{}

func accountBalance(d *desk, _ noReq) (obj, error) {
	if !d.prepaid {
		return nil, licErr(codeNoPrepaid)
	}
	return obj{"balance": d.balance}, nil
}

// SetBalance opens the provider's prepaid account (充值账户) with so many fen;
// a negative value closes it.
func (ds *Desks) SetBalance(providerCorpId string, fen int64) {
	ds.host.Locked(func() {
		d := ds.desk(providerCorpId)
		d.prepaid, d.balance = fen >= 0, max(0, fen)
	})
}
