package lab

// MainArchive lets the tests feed it what apt says elsewhere.
var MainArchive = mainArchive
