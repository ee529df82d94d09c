package fakewecom

// InstallOptions are the circumstances of an installation.
type InstallOptions struct {
	FromProviderSite bool // by the provider's own link: nothing is pushed
	State            string
}

func installHandlers() map[string]handler { return nil }
