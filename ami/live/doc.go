// Package live keeps a model of a PBX that events keep true: channels, bridges, and
// calls as people mean them.
//
//	model, err := live.Watch(ctx, session, nil)
//	if err != nil {
//		return err
//	}
//	defer model.Close()
//	changes := model.Subscribe(nil)
//	defer changes.Close()
//	for change := range changes.All(ctx) {
//		if c, ok := change.(live.Changed[live.Call]); ok {
//			fmt.Println(c)
//		}
//	}
//
// Objects are pictures of one moment, which nobody may write to. All that callers can
// write into events is treated as such: what such text alone says moves no object but
// the channel that it comes from, until Asterisk was asked.
package live
