package event_test

// What a storm needs of its server, beside the configuration that all have.

const stormPJSIP = `
[peer]
type = identify
endpoint = 100
match = 127.0.0.9

[out]
type = registration
server_uri = sip:%s
max_random_initial_delay = 0
client_uri = sip:a@127.0.0.1
outbound_auth = 100
retry_interval = 60

[rlist]
type = resource_list
event = presence
list_item = 100
`

const stormQueues = `
[quick]
timeout = 1
retry = 1
joinempty = yes
member => Local/noanswer@outcome
`

const stormIAX = `
[301]
type = friend
host = dynamic
secret = secret-301
encryption = aes128

[general](+)
register => 400:secret@127.0.0.1:9
`

const stormDialplan = `
[storm2]
exten => talk,1,Answer()
 same => n,Set(TALK_DETECT(set)=50,10)
 same => n,Set(CHANNEL(hangup_handler_push)=storm2,bye,1)
 same => n,Set(CHANNEL(hangup_handler_push)=storm2,bye,1)
 same => n,Set(CHANNEL(hangup_handler_pop)=)
 same => n,MixMonitor(storm.wav)
 same => n,Wait(2)
 same => n,StopMixMonitor()
 same => n,Hangup()
exten => bye,1,Return()
exten => tone,1,Answer()
 same => n,Playtones(425/400,0/400)
 same => n,Wait(3)
exten => music,1,Answer()
 same => n,Playtones(425/400,0/400)
 same => n,Wait(60)
exten => pair,1,Dial(Local/tone@storm2,4)
exten => patient,1,Answer()
 same => n,Park(,t(1))
exten => tx,1,Answer()
 same => n,SendFAX(/var/lib/asterisk/none.tif)
exten => rx,1,Answer()
 same => n,ReceiveFAX(/tmp/storm.tif)
exten => ring,1,Ringing()
 same => n,Wait(8)
exten => abandon,1,Answer()
 same => n,Queue(support,,,,2)
exten => flash,1,Answer()
 same => n,Wait(5)
exten => 900,hint,Custom:lamp
exten => 901,hint,,CustomPresence:me
`
