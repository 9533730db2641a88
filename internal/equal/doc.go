// Package equal compares what pbxtest tells of calls with what real servers tell of the same ones, and has the list of what
// differs and why. docs/pbxtest.md shows that list. The captures of internal/pbx and the live stories of internal/sipua are held to it.
package equal
