package agi

// RunOver is Run with other files and another signal.
var RunOver = new(Script).run

// RunScript is RunOver with settings.
var RunScript = (*Script).run
