module github.com/asterisk-go/asterisk-go/examples

go 1.25.0

require github.com/asterisk-go/asterisk-go v0.0.0

replace github.com/asterisk-go/asterisk-go => ../
