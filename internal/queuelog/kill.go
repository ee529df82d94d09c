package queuelog

// Kill frees the locks of a folder as the end of the process does, and finishes nothing. It
// is for tests.
func (f *Folder) Kill() {
	if f.held != nil {
		f.held.Unlock()
	}
}

// Kill is [Folder.Kill] for the worker.
func (w *Worker) Kill() { w.lock.Unlock() }
