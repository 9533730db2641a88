package action

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// UpdateConfig changes a file of configuration, all of it or nothing. Class
// config.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/UpdateConfig/
type UpdateConfig struct {
	SrcFilename          string         // required: what to read
	DstFilename          string         // required: what to write
	Reload               string         // module to reload, or "yes" for all; empty for none
	DropEffectiveContext bool           // do not keep the contents of categories whose template changes
	Changes              []ConfigChange // about thirty fit into one action
}

// ConfigChange is one change of an [UpdateConfig].
type ConfigChange struct {
	Action   ConfigAction // required
	Category string       // required
	Variable string
	Value    string // begins with > for an object, written as =>
	Match    string // of the variables so called, only those with this value
	Line     string // number of the line in the category, for Insert and Delete
	Options  []string
}

// ConfigAction is what a [ConfigChange] does.
type ConfigAction string

// What a change can do.
const (
	ConfigNewCategory    ConfigAction = "NewCat"
	ConfigRenameCategory ConfigAction = "RenameCat" // Value has the new name
	ConfigDeleteCategory ConfigAction = "DelCat"
	ConfigEmptyCategory  ConfigAction = "EmptyCat"
	ConfigUpdate         ConfigAction = "Update"
	ConfigDelete         ConfigAction = "Delete"
	ConfigAppend         ConfigAction = "Append"
	ConfigInsert         ConfigAction = "Insert"
)

// ActionName is "UpdateConfig".
func (UpdateConfig) ActionName() string { return "UpdateConfig" }

// Encode checks the fields and adds them.
func (a UpdateConfig) Encode(b *transport.Builder) error {
	if err := required("UpdateConfig", "SrcFilename", a.SrcFilename, "DstFilename", a.DstFilename); err != nil {
		return err
	}
	optional(b, "SrcFilename", a.SrcFilename, "DstFilename", a.DstFilename, "Reload", a.Reload,
		"PreserveEffectiveContext", choose(a.DropEffectiveContext, "no", ""))
	for i, c := range a.Changes {
		at := "Changes[" + strconv.Itoa(i) + "]"
		if err := required("UpdateConfig", at+".Action", string(c.Action), at+".Category", c.Category); err != nil {
			return err
		}
		number := fmt.Sprintf("-%06d", i)
		optional(b, "Action"+number, string(c.Action), "Cat"+number, c.Category, "Var"+number, c.Variable,
			"Value"+number, c.Value, "Match"+number, c.Match, "Line"+number, c.Line, "Options"+number, strings.Join(c.Options, ","))
	}
	return nil
}
