package wecomtest

// Reload saves the whole state of WeCom and loads it again, in its place.
func (w *WeCom) Reload() error {
	state, err := w.engine.Save()
	if err != nil {
		return err
	}
	return w.engine.Load(state)
}
