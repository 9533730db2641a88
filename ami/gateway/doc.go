// Package gateway gives browsers a PBX without giving them AMI: what a user may see, as it is now, over a WebSocket or an event
// stream, and the few things that the user may do.
//
// Nothing is allowed by default: the application says who somebody is ([Config.Authenticate]), and what they may see and do ([Policy]). Package
// message has what goes over the wire.
package gateway
