module github.com/asterisk-go/asterisk-go

go 1.25.0
