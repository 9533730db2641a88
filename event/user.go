package event

import (
	"fmt"
	"reflect"
)

// UserType is a struct of yours for a UserEvent that you define: its method
// tells the name, as UserEvent(Name,...) of the dialplan has it.
//
//	type Ticket struct {
//		Number   int
//		Customer string `ami:"Cust-ID"` // where the key is no name of Go
//		Open     bool
//	}
//
//	func (Ticket) UserEventName() string { return "Ticket" }
//
// Exported fields of the types string, []string, bool, int, int64, uint64 and
// float64 are read; anything else is left alone.
type UserType interface{ UserEventName() string }

// OfUser matches the UserEvents that T is the type of. As [DecodeUser] and
// [OnUser], it panics where T is no struct, as a pointer to one, or has no name.
func OfUser[T UserType]() Filter {
	return And(Of[UserEvent](), Where("UserEvent", userName[T]("OfUser")))
}

// userName is the name of the UserEvents of T.
func userName[T UserType](caller string) string {
	var none T
	of := reflect.TypeFor[T]()
	switch {
	case of.Kind() == reflect.Pointer:
		panic(fmt.Sprintf("event: %s[%v] matches nothing: events are values, so write %s[%v], with UserEventName on that type", caller, of, caller, of.Elem()))
	case of.Kind() != reflect.Struct:
		panic(fmt.Sprintf("event: %s[%v] matches nothing: it is no struct", caller, of))
	case none.UserEventName() == "":
		panic(fmt.Sprintf("event: %s[%v] matches nothing: its UserEventName is empty", caller, of))
	}
	return none.UserEventName()
}

// DecodeUser reads what the sender of a UserEvent added, and reports whether ev
// is a UserEvent of T at all. Of its own fields the first of a key counts; what can't
// be read is zero.
func DecodeUser[T UserType](ev Event) (value T, ok bool) {
	e, ok := ev.(UserEvent)
	if name := userName[T]("DecodeUser"); !ok || e.UserEvent != name {
		return value, false
	}
	return userOf[T](&e), true
}

func userOf[T UserType](e *UserEvent) (value T) {
	v := reflect.ValueOf(&value).Elem()
	sent := e.Sent()
	for _, field := range userFieldsOf(v.Type()) {
		if text, there := sent.Lookup(field.key); there {
			setUserField(v.Field(field.index), text, func() []string { return sent.Values(field.key) })
		}
	}
	return value
}

func setUserField(v reflect.Value, text string, all func() []string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(flag(text))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64Of(text))
	case reflect.Uint64:
		v.SetUint(uint64Of(text))
	case reflect.Float64:
		v.SetFloat(decimal(text))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			for _, text := range all() {
				v.Set(reflect.Append(v, reflect.ValueOf(text).Convert(v.Type().Elem())))
			}
		}
	}
}

type userField struct {
	index int
	key   string
}

// userFieldsOf returns the fields of a type of a user's with their keys.
func userFieldsOf(typ reflect.Type) []userField {
	var all []userField
	for i := range typ.NumField() {
		field := typ.Field(i)
		if !field.IsExported() {
			continue
		}
		key := field.Tag.Get("ami")
		if key == "" {
			key = field.Name
		}
		all = append(all, userField{i, key})
	}
	return all
}
