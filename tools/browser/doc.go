// Package browser holds the tests of the sandbox's console in a real browser: the main job is
// clicked through on its pages, with an app that stands on the SDK beside it; every page is looked
// at in both languages, both themes, wide and as on a phone, and searched by axe for what keeps
// people out.
//
// They need Chromium: "make browser" installs it where it is missing. Screenshots are written to
// the folder that SCREENSHOTS names, or to none.
//
// testdata/axe.min.js is axe-core 4.14.1, under the Mozilla Public License 2.0, unchanged.
package browser
