// Script is a program that Asterisk starts.
package main

import (
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/scene"
)

func main() { agi.Main(scene.Handler) }
