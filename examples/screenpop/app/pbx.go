package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// PBX is the Asterisk server, and what has to be known of it that it does not tell.
type PBX struct {
	Name     string // in keys, logs and the history; may be empty
	Address  string // host:port
	Username string // of manager.conf
	Secret   string
	TLS      bool

	Context   string   // where the dialplan has what users dial and transfer to; empty refuses both
	Outside   []string // devices that lead outside, as PJSIP/provider
	CanAnswer []string // devices that answer when they are asked to; see gateway.Server
}

// connection is the sessions to a PBX and its model.
type connection struct {
	watching, acting *ami.Client
	model            *live.Model
	report           *ami.Report
}

// connect logs in twice, since actions that take time would hold up events, and asks what the login may do.
func (a *app) connect(ctx context.Context) (c *connection, err error) {
	c = &connection{}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	config := ami.Config{Username: a.config.PBX.Username, Secret: a.config.PBX.Secret, Logger: a.log}
	if a.config.PBX.TLS {
		config.TLS = new(tls.Config)
	}
	acting := config
	acting.EventMask = "call,dialplan" // what originations are followed by
	if c.watching, err = ami.Connect(ctx, a.config.PBX.Address, &config); err != nil {
		if network := (*net.OpError)(nil); errors.As(err, &network) {
			err = fmt.Errorf("%w (is that where Asterisk's AMI is? It needs enabled=yes, and port and bindaddr, in manager.conf)", err)
		}
		return c, err
	}
	if c.acting, err = ami.Connect(ctx, a.config.PBX.Address, &acting); err != nil {
		return c, err
	}
	if c.report, err = ami.Check(ctx, c.watching); err != nil {
		return c, fmt.Errorf("what the login may do: %w", err)
	}
	c.model, err = live.Watch(ctx, c.watching, &live.Config{
		Server:   a.config.PBX.Name,
		Parts:    []live.PartName{live.PartCalls, live.PartQueues, live.PartDevices, live.PartConferences, live.PartParking},
		Classify: a.side,
		Number:   a.number,
	})
	return c, err
}

// close ends what there is of it.
func (c *connection) close() (err error) {
	if c.model != nil {
		err = c.model.Close()
	}
	for _, client := range []*ami.Client{c.acting, c.watching} {
		if client != nil {
			err = errors.Join(err, client.Close())
		}
	}
	return err
}

// side tells phones from what leads outside. Without Outside only trunks that users have named are known, and no phone is one.
func (a *app) side(c *live.Channel) live.Side {
	device := c.Device()
	switch {
	case slices.Contains(a.config.PBX.Outside, device):
		return live.SideOutside
	case slices.ContainsFunc(a.users(), func(u User) bool { return slices.Contains(u.Devices, device) }):
		return live.SideOurs
	case len(a.config.PBX.Outside) > 0 && strings.HasPrefix(device, "PJSIP/"):
		return live.SideOurs
	}
	return 0
}

// number is the one form, for the model; a text that is no number stays as it is.
func (a *app) number(text string) string {
	if form, ok := a.config.Numbers.Form(text); ok {
		return form
	}
	return text
}

// most is how many phones get a user, where no users are given.
const most = 20

// usersOf makes users for the phones of a PBX: whatever PJSIP has that does not lead outside.
func usersOf(view *live.View, outside []string) []User {
	supervisor := User{ID: "supervisor", Name: "Supervisor", Role: RoleSupervisor, Queues: []string{gateway.All}, Team: []string{gateway.All}}
	var users []User
	for device := range view.Devices() {
		name, phone := strings.CutPrefix(device.Name, "PJSIP/")
		if phone && !slices.Contains(outside, device.Name) {
			users = append(users, User{
				ID: name, Name: name, Role: RoleAgent, Devices: []string{device.Name}, Queues: queuesOf(view, device.Name), Team: []string{gateway.All},
			})
		}
	}
	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.ID, b.ID) })
	users = users[:min(len(users), most)]
	return append(users, supervisor)
}

// queuesOf returns the queues that call a device.
func queuesOf(view *live.View, device string) (queues []string) {
	for queue := range view.Queues() {
		for member := range view.Members(queue.Name) {
			if member.Interface == device || member.StateInterface == device {
				queues = append(queues, queue.Name)
				break
			}
		}
	}
	return queues
}
