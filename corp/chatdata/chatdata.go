// Package chatdata is the data and intelligence zone (数据与智能专区) as an app sees it: who has
// opened conversations and documents to the zone, and the programs there that work on them.
//
// What is said and written never leaves the zone. Programs in it read it, and give the app
// what their protocols allow: [SyncCallProgram], or [AsyncProgramTask] for what takes longer.
// A program that has something to tell sends the event program_notify, whose NotifyId goes
// with the call that follows.
//
// An app needs the right 数据与智能专区 (error 710641 without). Programs must be linked to it
// (790020) and in a normal state (710645). In third-party apps userids are the encrypted ones.
package chatdata

import "github.com/gothird/wecom/internal/check"

// programReq names a program.
type programReq struct {
	ProgramId string `json:"program_id"`
}

func (p programReq) check() error { return check.Required("program_id", p.ProgramId) }
