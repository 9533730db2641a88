package lab

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
)

// address is where a server listens; it survives a restart.
type address struct {
	IP                               string
	AMI, AMITLS, HTTP, HTTPS, Skinny int // TCP ports
	PJSIP, SIP, IAX                  int // UDP ports
}

var addresses atomic.Uint32

// newAddress takes a loopback address no other server of this or a parallel process has, and free ports there.
func newAddress() (address, error) {
	pid := os.Getpid()
	a := address{IP: fmt.Sprintf("127.%d.%d.%d", 16+pid/256%224, pid%256, 1+addresses.Add(1)%254)}
	var held []interface{ Close() error }
	defer func() {
		for _, socket := range held {
			socket.Close()
		}
	}()
	for _, port := range []*int{&a.AMI, &a.AMITLS, &a.HTTP, &a.HTTPS, &a.Skinny} {
		listener, err := net.Listen("tcp4", a.at(0))
		if err != nil {
			return a, fmt.Errorf("find a free port: %w", err)
		}
		held = append(held, listener)
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	for _, port := range []*int{&a.PJSIP, &a.SIP, &a.IAX} {
		socket, err := net.ListenPacket("udp4", a.at(0))
		if err != nil {
			return a, fmt.Errorf("find a free port: %w", err)
		}
		held = append(held, socket)
		*port = socket.LocalAddr().(*net.UDPAddr).Port
	}
	return a, nil
}

func (a address) at(port int) string {
	return net.JoinHostPort(a.IP, strconv.Itoa(port))
}
