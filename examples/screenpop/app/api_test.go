package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

const host = "127.0.0.1:8080"

// browser sends requests to an app without a PBX.
type browser struct {
	t       *testing.T
	app     *app
	handler http.Handler
	cookie  *http.Cookie
	header  http.Header // of each request
}

// browsing runs a test in a bubble, whose time stands still until all wait.
func browsing(t *testing.T, test func(b *browser)) {
	opened(t, func(t *testing.T, s *store) {
		a, err := newApp(Config{Users: []User{
			{ID: "anna", Name: "Anna", Role: RoleAgent, Devices: []string{"PJSIP/100"}, Queues: []string{"support"}, Password: "correct horse"},
			{ID: "sam", Name: "Sam", Role: RoleSupervisor, Queues: []string{gateway.All}, Team: []string{gateway.All}, Password: "battery staple"},
		}, Numbers: Numbers{Country: "49"}, CustomerURL: "https://crm.example.com/?n={number}"}, s, bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.signIns(t.Context()); err != nil {
			t.Fatal(err)
		}
		handler, err := a.handler(http.NotFoundHandler(), []string{host})
		if err != nil {
			t.Fatal(err)
		}
		test(&browser{t: t, app: a, handler: handler, header: http.Header{}})
	})
}

func (b *browser) do(method, path, body string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, "http://"+host+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range b.header {
		r.Header[name] = values
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

// want sends a request whose answer has to have a status, and reads it.
func want[T any](b *browser, status int, method, path, body string) (answer T) {
	b.t.Helper()
	w := b.do(method, path, body)
	if w.Code != status {
		b.t.Fatalf("%s %s %s = %d %s, want %d", method, path, body, w.Code, w.Body, status)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		b.t.Fatalf("%s %s = %s: %v", method, path, w.Body, err)
	}
	return answer
}

func (b *browser) signIn(name, password string) *httptest.ResponseRecorder {
	b.t.Helper()
	body, err := json.Marshal(map[string]string{"name": name, "password": password})
	if err != nil {
		b.t.Fatal(err)
	}
	w := b.do("POST", "/api/session", string(body))
	if cookies := w.Result().Cookies(); w.Code == http.StatusOK && len(cookies) == 1 {
		b.cookie = cookies[0]
	}
	return w
}

func TestSignIn(t *testing.T) {
	browsing(t, func(b *browser) {
		if w := b.do("GET", "/api/session", ""); w.Code != http.StatusUnauthorized {
			b.t.Errorf("before the sign-in: %d", w.Code)
		}
		if w := b.signIn("anna", "correct horse"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "correct") {
			b.t.Fatalf("sign-in = %d %s", w.Code, w.Body)
		}
		c := b.cookie
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Name != "screenpop" {
			b.t.Errorf("cookie %+v", c)
		}
		who := want[signedInAs](b, 200, "GET", "/api/session", "")
		if who.ID != "anna" || who.Role != RoleAgent || !who.HasDevices || len(who.Reasons) == 0 {
			b.t.Errorf("signed in as %+v", who)
		}
		time.Sleep(sessionLifetime) // the bubble's time
		if w := b.do("GET", "/api/session", ""); w.Code != http.StatusUnauthorized {
			b.t.Errorf("after %v: %d", sessionLifetime, w.Code)
		}
	})
}

func TestWrongSignInsAreAlike(t *testing.T) {
	browsing(t, func(b *browser) {
		wrong := b.signIn("anna", "wrong")
		nobody := b.signIn("nobody", "wrong")
		if wrong.Code != http.StatusUnauthorized || nobody.Code != wrong.Code || nobody.Body.String() != wrong.Body.String() || len(wrong.Result().Cookies()) != 0 {
			b.t.Errorf("wrong password: %d %s, no user: %d %s", wrong.Code, wrong.Body, nobody.Code, nobody.Body)
		}
		if w := b.signIn("anna", strings.Repeat("x", longestPassword+1)); w.Code != http.StatusUnauthorized {
			b.t.Errorf("a long password: %d", w.Code)
		}
	})
}

func TestGuessingIsSlow(t *testing.T) {
	browsing(t, func(b *browser) {
		tries := 0
		for ; b.signIn("anna", "wrong").Code == http.StatusUnauthorized; tries++ {
		}
		w := b.signIn("anna", "correct horse")
		if tries != 6 || w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "20" {
			b.t.Fatalf("after %d tries: %d, Retry-After %q, want 429 after 6", tries, w.Code, w.Header().Get("Retry-After"))
		}
		if w := b.signIn("sam", "battery staple"); w.Code != http.StatusOK {
			b.t.Errorf("another user: %d", w.Code)
		}
		time.Sleep(20 * time.Second) // the bubble's time
		if w := b.signIn("anna", "correct horse"); w.Code != http.StatusOK {
			b.t.Errorf("after the wait: %d", w.Code)
		}
	})
}

func TestSignOutEndsTheSession(t *testing.T) {
	browsing(t, func(b *browser) {
		var revoked []string
		b.app.revoke = func(user string) { revoked = append(revoked, user) }
		b.signIn("anna", "correct horse")
		first := b.cookie
		b.signIn("anna", "correct horse")
		if w := b.do("DELETE", "/api/session", ""); w.Code != http.StatusNoContent || len(revoked) != 0 {
			b.t.Errorf("sign-out = %d; revoked %v, though the user is signed in elsewhere", w.Code, revoked)
		}
		if w := b.do("GET", "/api/session", ""); w.Code != http.StatusUnauthorized {
			b.t.Errorf("the cookie after the sign-out: %d", w.Code)
		}
		b.cookie = first
		if w := b.do("DELETE", "/api/session", ""); w.Code != http.StatusNoContent || len(revoked) != 1 || revoked[0] != "anna" {
			b.t.Errorf("the last sign-out = %d, revoked %v, want anna", w.Code, revoked)
		}
	})
}

func TestNothingWithoutSignIn(t *testing.T) {
	browsing(t, func(b *browser) {
		for _, request := range []string{"GET /api/customers?number=1", "POST /api/customers", "PUT /api/customers/1", "POST /api/customers/1/notes", "PUT /api/notes/1"} {
			method, path, _ := strings.Cut(request, " ")
			if w := b.do(method, path, "{}"); w.Code != http.StatusUnauthorized {
				b.t.Errorf("%s = %d, want 401", request, w.Code)
			}
		}
		b.cookie = &http.Cookie{Name: "screenpop", Value: "AAAAAAAAAAAAAAAAAAAAAAAAAA"}
		if w := b.do("GET", "/api/session", ""); w.Code != http.StatusUnauthorized {
			b.t.Errorf("a cookie of nobody: %d", w.Code)
		}
	})
}

func TestOtherPagesAndHosts(t *testing.T) {
	browsing(t, func(b *browser) {
		b.signIn("anna", "correct horse")
		b.header.Set("Sec-Fetch-Site", "cross-site")
		if w := b.do("POST", "/api/customers", `{"number":"+12025550143"}`); w.Code != http.StatusForbidden {
			b.t.Errorf("a POST of another page: %d", w.Code)
		}
		b.header = http.Header{"Origin": {"https://evil.example"}}
		if w := b.do("DELETE", "/api/session", ""); w.Code != http.StatusForbidden {
			b.t.Errorf("a DELETE of another page: %d", w.Code)
		}
		b.header = http.Header{"Content-Type": {"text/plain"}}
		if w := b.do("POST", "/api/customers", `{"number":"+12025550143"}`); w.Code != http.StatusUnsupportedMediaType {
			b.t.Errorf("a form: %d", w.Code)
		}
		r := httptest.NewRequestWithContext(b.t.Context(), "GET", "http://evil.example/", nil)
		w := httptest.NewRecorder()
		if b.handler.ServeHTTP(w, r); w.Code != http.StatusMisdirectedRequest {
			b.t.Errorf("another Host: %d", w.Code)
		}
	})
}

func TestRecordOfACaller(t *testing.T) {
	browsing(t, func(b *browser) {
		b.signIn("anna", "correct horse")
		unknown := want[record](b, 200, "GET", "/api/customers?number=030+23125042", "")
		if unknown.Customer != nil || unknown.Number != "+493023125042" {
			b.t.Errorf("an unknown caller: %+v", unknown)
		}
		made := want[Customer](b, 201, "POST", "/api/customers", `{"number":"03023125042","name":"<script>"}`)
		want[map[string]string](b, 409, "POST", "/api/customers", `{"number":"+49 30 23125042","name":"Another"}`)
		want[Note](b, 201, "POST", "/api/customers/1/notes", `{"text":" call back\nat noon "}`)
		known := want[record](b, 200, "GET", "/api/customers?number=%2B493023125042", "")
		if known.Customer == nil || known.Customer.ID != made.ID || known.Customer.Name != "<script>" || len(known.Notes) != 1 ||
			known.Notes[0].Text != "call back\nat noon" || known.Notes[0].Author != "Anna" {
			b.t.Fatalf("the caller's record: %+v", known)
		}
		want[map[string]bool](b, 200, "PUT", "/api/notes/1", `{"done":true}`)
		changed := want[Customer](b, 200, "PUT", "/api/customers/1", `{"name":"Jonas","company":"Weber"}`)
		if changed.Company != "Weber" || len(changed.Numbers) != 1 {
			b.t.Errorf("changed: %+v", changed)
		}
		if known = want[record](b, 200, "GET", "/api/customers?number=03023125042", ""); len(known.Notes) != 0 || known.Customer.Name != "Jonas" {
			b.t.Errorf("after the changes: %+v", known)
		}
		found := want[map[string][]Customer](b, 200, "GET", "/api/customers?search=web", "")
		if len(found["customers"]) != 1 {
			b.t.Errorf("search: %+v", found)
		}
		if w := want[record](b, 200, "GET", "/api/customers?number=anonymous", ""); w.Customer != nil {
			b.t.Errorf("no number: %+v", w)
		}
	})
}

func TestMalformedRequests(t *testing.T) {
	browsing(t, func(b *browser) {
		b.signIn("anna", "correct horse")
		for request, status := range map[string]int{
			`POST /api/customers {`:                                   400,
			`POST /api/customers []`:                                  400,
			`POST /api/customers {} {}`:                               400,
			`POST /api/customers {"number":"x"}`:                      400,
			`POST /api/customers {"number":"100","name":"\n\u0000a"}`: 400,
			`POST /api/customers {"number":"100","name":"` + strings.Repeat("x", maxText+1) + `"}`: 400,
			`POST /api/customers {"number":"` + strings.Repeat("1", maxBody) + `"}`:                400,
			`PUT /api/customers/x {"name":"a"}`:                                                    404,
			`PUT /api/customers/7 {"name":"a"}`:                                                    404,
			`POST /api/customers/7/notes {"text":"a"}`:                                             404,
			`POST /api/customers/7/notes {"text":" "}`:                                             400,
			`PUT /api/notes/1 {}`:                                                                  400,
			`PUT /api/notes/1 {"done":true}`:                                                       404,
			`DELETE /api/customers/1 {}`:                                                           405,
			`POST /api/session {"name":"anna","password":[1]}`:                                     400,
		} {
			parts := strings.SplitN(request, " ", 3)
			if w := b.do(parts[0], parts[1], parts[2]); w.Code != status {
				b.t.Errorf("%.80s = %d %s, want %d", request, w.Code, w.Body, status)
			}
		}
	})
}

// Each file of the page is served with what keeps strangers' scripts out, and none has a script or a style in it.
func TestPage(t *testing.T) {
	browsing(t, func(b *browser) {
		for path, kind := range map[string]string{"/": "text/html", "/main.js": "text/javascript", "/app.css": "text/css", "/icon.svg": "image/svg+xml"} {
			w := b.do("GET", path, "")
			h := w.Header()
			if w.Code != 200 || !strings.HasPrefix(h.Get("Content-Type"), kind) || h.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'") {
				b.t.Errorf("%s = %d %v", path, w.Code, h)
			}
		}
		page := b.do("GET", "/", "").Body.String()
		for _, forbidden := range []string{"onclick=", "style=", "<style", "javascript:", "http://"} {
			if strings.Contains(page, forbidden) {
				b.t.Errorf("the page has %q in it", forbidden)
			}
		}
		entries, err := web.ReadDir("web")
		if err != nil {
			b.t.Fatal(err)
		}
		for _, entry := range entries {
			text, err := web.ReadFile("web/" + entry.Name())
			if err != nil {
				b.t.Fatal(err)
			}
			for _, forbidden := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
				if strings.Contains(string(text), forbidden) {
					b.t.Errorf("%s has %q: a caller's text could become markup", entry.Name(), forbidden)
				}
			}
		}
	})
}

func TestPolicy(t *testing.T) {
	a := &app{config: Config{PBX: PBX{Name: "a"}}}
	agent := a.gatewayUser(session{user: User{ID: "anna", Role: RoleAgent, Devices: []string{"PJSIP/100"}, Queues: []string{"support"}}})
	rights, err := a.policy(context.Background(), agent)
	if err != nil || len(rights.Own) != 1 || rights.Own[0] != (gateway.Ref{Server: "a", Name: "PJSIP/100"}) || len(rights.Devices) != 0 || len(rights.Dial.Allow) != 0 {
		t.Errorf("an agent: %+v, %v", rights, err)
	}
	for _, name := range append(rights.Actions, rights.Others...) {
		if name == message.NameListen || name == message.NameDial {
			t.Errorf("an agent may %s", name)
		}
	}
	for _, role := range []string{"", "root", "Supervisor"} {
		if rights, err := a.policy(context.Background(), gateway.User{ID: "x", Role: role}); err == nil {
			t.Errorf("role %q: %+v", role, rights)
		}
	}
}

func TestUsersThatCannotBe(t *testing.T) {
	for name, users := range map[string][]User{
		"no ID":         {{Role: RoleAgent}},
		"twice":         {{ID: "a", Role: RoleAgent}, {ID: "a", Role: RoleAgent}},
		"no role":       {{ID: "a"}},
		"long password": {{ID: "a", Role: RoleAgent, Password: strings.Repeat("x", 73)}},
	} {
		if err := checkUsers(users); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, template := range []string{"javascript:alert({number})", "https://crm.example.com/", "//x/{number}", "https:///{number}"} {
		if err := checkURL(template); err == nil {
			t.Errorf("%s: no error", template)
		}
	}
}
