package pbx

import "errors"

func (m *Machine) requestLocal(string, string) (*outgoing, error) { return nil, errors.New("no Local") }

func (o *outgoing) callLocal() {}
