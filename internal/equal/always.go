package equal

// Always is what a real server tells otherwise each time, and why.
type Always struct {
	Why   string
	Major int  // of the version that has it; 0 for both
	Used  bool // Apply has found it
	edit  func(of string, events []string) (edited []string)
}

// Apply makes what pbxtest has told as the real server tells it.
func (d *Always) Apply(told map[string][]string) {
	for of, events := range told {
		if edited := d.edit(of, events); edited != nil {
			told[of], d.Used = edited, true
		}
	}
}

// AlwaysOf returns those of a version, none of them used.
func AlwaysOf(major int) (all []*Always) {
	for _, d := range always() {
		if d.Major == 0 || d.Major == major {
			all = append(all, d)
		}
	}
	return all
}

func always() []*Always { return nil }
