package action

import (
	"math/bits"
	"strings"
)

// Class is a set of the classes in which manager.conf gives rights: read= for
// events, write= for actions.
// https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/
type Class uint32

// The classes, with the numbers of Asterisk's include/asterisk/manager.h.
const (
	ClassSystem    Class = 1 << 0
	ClassCall      Class = 1 << 1
	ClassLog       Class = 1 << 2
	ClassVerbose   Class = 1 << 3
	ClassCommand   Class = 1 << 4 // spelled command
	ClassAgent     Class = 1 << 5
	ClassUser      Class = 1 << 6
	ClassConfig    Class = 1 << 7
	ClassDTMF      Class = 1 << 8
	ClassReporting Class = 1 << 9
	ClassCDR       Class = 1 << 10
	ClassDialplan  Class = 1 << 11
	ClassOriginate Class = 1 << 12 // spelled originate
	ClassAGI       Class = 1 << 13
	ClassCC        Class = 1 << 15
	ClassAOC       Class = 1 << 16
	ClassTest      Class = 1 << 17
	ClassSecurity  Class = 1 << 18
	ClassMessage   Class = 1 << 30
)

var classNames = map[Class]string{
	ClassSystem: "system", ClassCall: "call", ClassLog: "log", ClassVerbose: "verbose", ClassCommand: "command",
	ClassAgent: "agent", ClassUser: "user", ClassConfig: "config", ClassDTMF: "dtmf", ClassReporting: "reporting",
	ClassCDR: "cdr", ClassDialplan: "dialplan", ClassOriginate: "originate", ClassAGI: "agi", ClassCC: "cc",
	ClassAOC: "aoc", ClassTest: "test", ClassSecurity: "security", ClassMessage: "message",
}

// AllClasses is every class there is a name for.
const ClassAll = ClassSystem | ClassCall | ClassLog | ClassVerbose | ClassCommand | ClassAgent | ClassUser | ClassConfig | ClassDTMF | ClassReporting |
	ClassCDR | ClassDialplan | ClassOriginate | ClassAGI | ClassCC | ClassAOC | ClassTest | ClassSecurity | ClassMessage

// ParseClass returns the class that manager.conf spells so, and 0 for a word
// it does not know.
func ParseClass(name string) Class {
	for class, spelled := range classNames {
		if spelled == name {
			return class
		}
	}
	return 0
}

// String lists the classes as manager.conf does: "call,reporting".
func (c Class) String() string {
	var names []string
	for left := c; left != 0; left &= left - 1 {
		class := Class(1) << bits.TrailingZeros32(uint32(left))
		if name, ok := classNames[class]; ok {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// Classes yields the single classes of the set in the order of their numbers.
func (c Class) Classes() []Class {
	var all []Class
	for left := c & ClassAll; left != 0; left &= left - 1 {
		all = append(all, Class(1)<<bits.TrailingZeros32(uint32(left)))
	}
	return all
}
