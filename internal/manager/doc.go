// Package manager is what a server of AMI does before it knows what an action means: it frames actions with the limits of
// Asterisk, checks logins, reads event masks and filters, and lays answers out. Packages amitest and pbxtest stand on it.
package manager
