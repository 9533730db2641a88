package sipua_test

import (
	"context"
	"io"
	"net"
	"os"
	"testing"
	"time"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

func TestZZRaw(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &storiesConfig)
			user := s.User("all")
			ctx, cancel := context.WithTimeout(t.Context(), 120*time.Second)
			defer cancel()
			for _, story := range callStories {
				conn, err := net.Dial("tcp", s.AMI())
				if err != nil { t.Fatal(err) }
				fmt.Fprintf(conn, "Action: Login\r\nUsername: %s\r\nSecret: %s\r\n\r\n", user.Name, user.Secret)
				out, _ := os.Create("/tmp/j/raw-" + story.name + "-" + v.String())
				go func() { _, _ = io.Copy(out, conn) }()
				client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
				if err != nil { t.Fatal(err) }
				p := &act{teller: listen(t, ctx, client)}
				for number, who := range map[string]**person{"100": &p.ann, "101": &p.bea, "102": &p.cem} {
					phone := sipua.Open(t, s, number)
					if err := phone.Register(ctx); err != nil { t.Fatal(err) }
					*who = p.person(phone, number)
				}
				story.play(p)
				p.over()
				time.Sleep(300 * time.Millisecond)
				conn.Close(); client.Close()
			}
		})
	}
}
