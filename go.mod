module github.com/asterisk-go/asterisk-go

go 1.25.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/gorilla/websocket v1.5.3
	github.com/icholy/digest v1.2.0
	golang.org/x/sync v0.22.0
	golang.org/x/time v0.15.0
)
