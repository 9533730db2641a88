// Package asterisk is the root of the Asterisk SDK for Go. It has the words
// that several packages share, as [Cause] and [ChannelState]. These packages
// do the work:
//
//   - transport reads and writes the lines and blocks that all text protocols
//     of Asterisk are made of.
//   - event has what Asterisk reports: typed events, filters, subscriptions.
//   - ami/action has what one can ask: a type for each action.
//   - ami keeps a connection to Asterisk's Manager Interface, asks and listens.
//   - ami/amitest is a scripted manager for tests.
//   - ajam is the same session over HTTP.
//   - agi serves a call: scripts on standard input, and what all ways to serve calls share.
//   - fastagi is the server for calls over TCP, agi/asyncagi that over AMI.
//   - agi/agitest is a scripted call for tests.
//
// A program that uses AMI begins with ami.Connect, one that serves calls with
// fastagi.Server, a script with agi.Main.
package asterisk
