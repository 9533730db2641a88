package gateway_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

var nodePassed = regexp.MustCompile(`(?m)^# pass ([1-9]\d*)$`)

// TestClient runs the tests of client.js in testdata/client, which have a scripted gateway and a clock of their own.
func TestClient(t *testing.T) {
	files := fstest.MapFS{
		"package.json": {Data: []byte(`{"type": "module"}`)},
		"client.js":    {Data: []byte(read(t, "client.js"))},
	}
	tests, err := filepath.Glob("testdata/client/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(tests, "testdata/version1.session") {
		files[filepath.ToSlash(name)] = &fstest.MapFile{Data: []byte(read(t, name))}
	}
	out, err := lab.Node(t, files, "--test", "--test-reporter=tap", "testdata/client/")
	if err != nil || !nodePassed.MatchString(out) {
		t.Errorf("%v\n%s", err, out)
	}
}

// typeConfig is as strict as the compiler can be.
const typeConfig = `{"compilerOptions": {"target": "es2022", "module": "es2022", "moduleResolution": "bundler",
	"lib": ["es2022", "dom", "dom.iterable", "dom.asynciterable"], "types": [], "strict": true, "exactOptionalPropertyTypes": true,
	"noUncheckedIndexedAccess": true, "noImplicitReturns": true, "allowJs": true, "checkJs": true, "noEmit": true}, "files": ["client.js", "client.d.ts", "page.ts"]}`

// page is how a page uses the client; what it may not do is marked.
const page = `import { connect, type ObjectOf, type Party } from "./client.js";
const pbx = connect({ url: "/pbx/", ticket: async () => null });
pbx.onRing((party) => { const ringing: string | undefined = party.ringing; const p: Party = party; void [ringing, p]; });
pbx.on("change", ({ put }) => { for (const object of put) {
	if (object.kind === "queue") { const n: number = object.waiting; void n; }
	// @ts-expect-error: not every object has it
	void object.waiting;
} });
const members: ObjectOf<"member">[] = pbx.all("member");
// @ts-expect-error: there is no such kind
pbx.all("fax");
// @ts-expect-error: objects are frozen
members[0]!.queue = "x";
// @ts-expect-error: nor is there such an action
void pbx.act({ action: "originate" });
const outcome: "done" | "refused" | "unsent" | "unknown" = (await pbx.party("k").transfer("200")).outcome;
void outcome;
`

// TestClientTypes compiles client.js against client.d.ts, and a page against it.
func TestClientTypes(t *testing.T) {
	modules := lab.NPM(t)
	client := read(t, "client.js")
	if out, err := compile(t, modules, client); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	// The types are compared: another parameter than that of client.d.ts is noticed.
	wrong := strings.Replace(client, "/** @param {string} number @param {string} [device] */", "/** @param {boolean} number @param {string} [device] */", 1)
	if out, err := compile(t, modules, wrong); wrong == client || err == nil {
		t.Errorf("a client that dials booleans compiles\n%s", out)
	}
}

func compile(t *testing.T, modules, client string) (output string, err error) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"client.js": client, "client.d.ts": read(t, "client.d.ts"), "page.ts": page, "tsconfig.json": typeConfig} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join(modules, "typescript/bin/tsc"), "-p", folder)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
