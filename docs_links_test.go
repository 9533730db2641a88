package asterisk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	linked   = regexp.MustCompile(`\]\(([^)#\s]*)(#[^)\s]*)?\)`)
	headings = regexp.MustCompile(`(?m)^#+ (.+)$`)
	unlinked = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// TestDocumentsLink checks that files and headings which guides link to are there.
func TestDocumentsLink(t *testing.T) {
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, document := range append(documents, "README.md", "CONTRIBUTING.md", "SECURITY.md") {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		broken, n := brokenLinks(document, string(text))
		links += n
		for _, link := range broken {
			t.Errorf("%s: nothing is at %s", document, link)
		}
	}
	if links < 100 {
		t.Errorf("%d links in the documents: are they still found?", links)
	}
	wrong := "[a](ami.md#no-such-heading) [b](none.md) [c](ami.md#ask) [d](#ask)\n## Ask\n[e](https://none.example)"
	if broken, n := brokenLinks("docs/x.md", wrong); n != 4 || !slices.Equal(broken, []string{"ami.md#no-such-heading", "none.md"}) {
		t.Errorf("of %d links the broken ones are %q", n, broken)
	}
}

// brokenLinks returns the links of a document within the repository that lead nowhere, and how many there are.
func brokenLinks(document, text string) (broken []string, links int) {
	prose := fenced.ReplaceAllString(text, "")
	for _, link := range linked.FindAllStringSubmatch(prose, -1) {
		file, heading := link[1], strings.TrimPrefix(link[2], "#")
		if strings.Contains(file, "://") {
			continue
		}
		links++
		target := prose
		if file != "" {
			at := filepath.Join(filepath.Dir(document), file)
			info, err := os.Stat(at)
			if err == nil && !info.IsDir() {
				var content []byte
				content, err = os.ReadFile(at)
				target = string(content)
			}
			if err != nil {
				broken = append(broken, file)
				continue
			}
		}
		if heading != "" && !slices.Contains(anchors(target), heading) {
			broken = append(broken, fmt.Sprint(file, "#", heading))
		}
	}
	return broken, links
}

// anchors are what hosting sites make of a document's headings.
func anchors(text string) (list []string) {
	for _, heading := range headings.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		list = append(list, strings.ReplaceAll(unlinked.ReplaceAllString(strings.ToLower(heading[1]), ""), " ", "-"))
	}
	return list
}
