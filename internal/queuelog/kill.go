package queuelog

// Kill frees the locks of a folder without finishing anything, as the death of the process
// does. It is for tests.
func (f *Folder) Kill() {
	if f.held != nil {
		f.held.Unlock()
	}
}

// Kill is [Folder.Kill] for the worker.
func (w *Worker) Kill() { w.lock.Unlock() }
