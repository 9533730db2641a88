// Package show makes what a person reads: text of a peer that is short and has
// no control bytes, and text of ours that holds no secret. It imports nothing.
package show
