module github.com/asterisk-go/asterisk-go/internal/sipua

go 1.25.0

require (
	github.com/asterisk-go/asterisk-go v0.0.0
	github.com/emiago/sipgo v1.7.3
	github.com/gorilla/websocket v1.5.3
	github.com/icholy/digest v1.2.0
)

require (
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/pool v0.2.1 // indirect
	github.com/gobwas/ws v1.3.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/sys v0.24.0 // indirect
	golang.org/x/time v0.15.0 // indirect
)

replace github.com/asterisk-go/asterisk-go => ../../
