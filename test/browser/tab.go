// Package browser looks at pages in a real browser, as people meet them: light
// and dark, with errors, on a narrow screen in Russian, from right to left,
// without script, and on paper.
//
// Start at Matrix.
package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js
var axe string

// Tab is one tab and what was noticed in it since the last Open.
type Tab struct {
	t    testing.TB
	ctx  context.Context
	base *url.URL

	mu       sync.Mutex
	reports  []string // content security policy, script errors
	foreign  []string // requests to other origins
	sent     map[string]int
	document int // status of the last document
}

// chromium is the one browser of the tests; its tabs share nothing.
var chromium = sync.OnceValues(func() (*running, error) {
	profile, err := os.MkdirTemp("", "lodestar-browser-")
	if err != nil {
		return nil, err
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.UserDataDir(profile),
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("headless", "new"), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("enable-unsafe-swiftshader", true))
	r := &running{profile: profile}
	r.ctx, r.stop = chromedp.NewExecAllocator(context.Background(), flags...)
	r.ctx, _ = chromedp.NewContext(r.ctx)
	return r, chromedp.Do(r.ctx) // the browser lives as long as this context
})

type running struct {
	ctx     context.Context
	stop    context.CancelFunc
	profile string
}

// Run runs the tests of a package and then stops the browser, for TestMain.
func Run(m *testing.M) int {
	code := m.Run()
	if r, err := chromium(); err == nil {
		r.stop()
		os.RemoveAll(r.profile)
	}
	return code
}

// NewTab opens a tab with cookies of its own, for pages below base. It closes
// with the test.
func NewTab(t testing.TB, base string) *Tab {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	r, err := chromium()
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	ctx, stop := chromedp.NewContext(r.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	tab := &Tab{t: t, ctx: ctx, base: at, sent: map[string]int{}}
	if err := chromedp.Listen(ctx, tab.notice); err != nil {
		t.Fatal(err)
	}
	tab.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if err := call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		return call(ctx, target, log.Enable, cdp.Empty{})
	}))
	return tab
}

// notice keeps what speaks against a page.
func (b *Tab) notice(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		// A refused form is logged as a failed resource, which it is not.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork || e.Entry.Source == log.EntrySourceSecurity {
			b.reports = append(b.reports, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		b.reports = append(b.reports, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			b.reports = append(b.reports, "console: "+said(e))
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || (u.Host != b.base.Host && u.Scheme != "data") {
			b.foreign = append(b.foreign, e.Request.URL)
		}
	case *network.EventResponseReceived:
		b.weigh(e)
	}
}

func said(e *runtime.EventConsoleAPICalled) string {
	var words []string
	for _, arg := range e.Args {
		words = append(words, strings.Trim(string(arg.Value), `"`))
	}
	return strings.Join(words, " ")
}

// weigh adds the compressed size of a response to its kind. What an island loads
// for itself is a kind of its own.
func (b *Tab) weigh(e *network.EventResponseReceived) {
	kind := map[network.ResourceType]string{
		network.ResourceTypeDocument: "html", network.ResourceTypeStylesheet: "css", network.ResourceTypeScript: "js",
	}[e.Type]
	if e.Type == network.ResourceTypeDocument {
		b.document = int(e.Response.Status)
	}
	if u, err := url.Parse(e.Response.URL); err == nil && strings.HasPrefix(path.Base(u.Path), "chart-") {
		kind = "island"
	}
	for name, value := range e.Response.Headers {
		if strings.EqualFold(name, "Content-Length") {
			n, _ := strconv.Atoi(fmt.Sprint(value)) // not a number: not counted
			b.sent[kind] += n
		}
	}
}

func (b *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, time.Minute)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// Open loads a page afresh and waits until it has settled.
func (b *Tab) Open(path string) {
	b.t.Helper()
	b.mu.Lock()
	b.reports, b.foreign, b.sent = nil, nil, map[string]int{}
	b.mu.Unlock()
	to, err := b.base.Parse(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.Navigate(to.String()))
	b.settle()
}

// settle waits for fonts, for islands near the screen, and for htmx.
func (b *Tab) settle() {
	b.t.Helper()
	b.Eval(`document.querySelector('link-chart')?.scrollIntoView()`)
	b.Wait("the page has settled", `document.readyState === 'complete' &&
		[...document.querySelectorAll('link-chart[src]:not([src=""])')].every((c) => c.chart || !c.matches(':defined') || c.querySelector('[data-say]').textContent)`)
	b.Eval(`scrollTo(0, 0)`)
}

// Eval runs an expression in the page for its effect.
func (b *Tab) Eval(js string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](js))
}

// Value is the value of an expression in the page.
func Value[T any](b *Tab, js string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("browser: %s: %v", js, err)
	}
	return v
}

// Wait waits until an expression is true; what names it if it never is.
func (b *Tab) Wait(what, js string) {
	b.t.Helper()
	for range 400 {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](js)); err == nil && ok {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.t.Fatalf("browser: waited in vain: %s", what)
}

// Click clicks the first element that the CSS selector finds.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// Press types keys on whatever has the focus.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// Picture is the whole page as PNG.
func (b *Tab) Picture() []byte {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatalf("browser: picture: %v", err)
	}
	return png
}

// Reports are the refusals of the content security policy and the script errors
// since the page was opened.
func (b *Tab) Reports() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.reports...)
}

// Axe runs axe-core on the page and returns each violation with where it is.
func (b *Tab) Axe() []string {
	b.t.Helper()
	b.Eval(axe)
	raw := Value[string](b, `axe.run(document, {resultTypes: ['violations']}).then((r) => JSON.stringify(
		r.violations.map((v) => v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 3).map((n) => n.target + ' ' + n.failureSummary).join(' | '))))`)
	var violations []string
	if err := json.Unmarshal([]byte(raw), &violations); err != nil {
		b.t.Fatalf("browser: axe: %v", err)
	}
	return violations
}

// Become sets how the next page is met.
func (b *Tab) Become(s State, cookies []*http.Cookie) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.Scheme}}}
	if s.Print {
		media.Media = "print"
	}
	jar := []*network.CookieParam{{Name: "lang", Value: s.Lang, URL: b.base.String()}}
	for _, c := range cookies {
		jar = append(jar, &network.CookieParam{Name: c.Name, Value: c.Value, URL: b.base.String(), HTTPOnly: true})
	}
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for _, call := range []func() error{
			func() error { return call(ctx, target, emulation.SetEmulatedMedia, media) },
			func() error {
				return call(ctx, target, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: s.Width, Height: 900, DeviceScaleFactor: 1})
			},
			func() error {
				return call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: s.NoScript})
			},
			func() error { return call(ctx, target, network.ClearBrowserCookies, cdp.Empty{}) },
			func() error {
				return call(ctx, target, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
			},
			func() error { return call(ctx, target, network.SetCookies, network.SetCookiesParams{Cookies: jar}) },
		} {
			if err := call(); err != nil {
				return err
			}
		}
		return nil
	}))
}

func call[P, R any](ctx context.Context, target *chromedp.Target, cmd cdp.Command[P, R], params P) error {
	_, err := cdp.Call(ctx, target, cmd, params)
	return err
}
