package session

// None is the table of refusals that mean an empty list.
var None = none
