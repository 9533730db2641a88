package lab_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestBrowserListens(t *testing.T) {
	t.Parallel()
	devTools, err := url.Parse(lab.Browser(t))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get("http://" + devTools.Host + "/json/version")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var said struct {
		Browser string
		URL     string `json:"webSocketDebuggerUrl"`
	}
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.Browser, "Chrom") || said.URL != devTools.String() {
		t.Errorf("at %s is %+v", devTools, said)
	}
}
