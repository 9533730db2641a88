package sipua_test

// equalStories are only compared with pbxtest.
var equalStories = []liveStory{
	{name: "no such device", play: func(s *act) { s.ann.dials("616").fails() }},
}
