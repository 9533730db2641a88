package action

import "github.com/asterisk-go/asterisk-go/transport"

// ModuleLoad loads, unloads or reloads a module. Class system.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/ModuleLoad/
type ModuleLoad struct {
	Module    string   // name of the module; required but for LoadReload, where empty means all
	LoadType  LoadType // required: without one, Asterisk answers more than once
	Recursive bool     // what depends on the module too; not known to 16
}

// LoadType is what [ModuleLoad] does.
type LoadType string

// What can be done to a module.
const (
	LoadLoad    LoadType = "load"
	LoadUnload  LoadType = "unload"
	LoadReload  LoadType = "reload"
	LoadRefresh LoadType = "refresh" // unload and load; not known to 16
)

// ActionName is "ModuleLoad".
func (ModuleLoad) ActionName() string { return "ModuleLoad" }

// Encode checks the fields and adds them.
func (a ModuleLoad) Encode(b *transport.Builder) error {
	if err := required("ModuleLoad", "LoadType", string(a.LoadType)); err != nil {
		return err
	}
	if a.Module == "" && a.LoadType != LoadReload {
		return &FieldError{"ModuleLoad", "Module", "is required"}
	}
	optional(b, "Module", a.Module, "LoadType", string(a.LoadType), "Recursive", choose(a.Recursive, "yes", ""))
	return nil
}
