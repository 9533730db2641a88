// Package render makes Go of the tables of package table. The same tables give
// the same bytes.
package render
