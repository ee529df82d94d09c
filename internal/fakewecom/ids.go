package fakewecom

func idHandlers() map[string]handler { return nil }
