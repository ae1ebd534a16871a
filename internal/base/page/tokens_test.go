package page

import (
	"maps"
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// tokens reads the colours of the three blocks of tokens.css: light, dark by
// choice, dark by the device.
func tokens(t *testing.T) []map[string]string {
	t.Helper()
	css, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []map[string]string
	for _, block := range regexp.MustCompile(`(?s):root[^{]*\{(.*?)\}`).FindAllSubmatch(css, -1) {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllSubmatch(block[1], -1) {
			colours[string(m[1])] = string(m[2])
		}
		blocks = append(blocks, colours)
	}
	if len(blocks) != 3 {
		t.Fatalf("%d blocks of tokens", len(blocks))
	}
	return blocks
}

func TestDarkIsOneDark(t *testing.T) {
	b := tokens(t)
	if !maps.Equal(b[1], b[2]) {
		t.Error("dark by choice and dark by the device differ")
	}
	for name := range b[0] {
		if b[1][name] == "" {
			t.Errorf("--%s has no dark value", name)
		}
	}
}

// Text needs a contrast of 4.5 to 1, marks and borders of controls 3 to 1: WCAG
// 2.2, 1.4.3 and 1.4.11.
func TestContrast(t *testing.T) {
	for i, c := range tokens(t)[:2] {
		for _, pair := range []struct {
			ink, ground string
			least       float64
		}{
			{"ink", "page", 4.5}, {"ink", "card", 4.5}, {"muted", "page", 4.5}, {"muted", "card", 4.5},
			{"accent", "page", 4.5}, {"accent", "card", 4.5}, {"on-accent", "accent", 4.5}, {"bad", "page", 4.5}, {"bad", "card", 4.5},
			{"warn", "warn-ground", 4.5}, {"ok", "ok-ground", 4.5}, {"lock", "lock-ground", 4.5}, {"card", "ink", 4.5},
			{"star", "card", 3}, {"circle", "card", 3}, {"square", "card", 3}, {"diamond", "card", 3}, {"triangle", "card", 3}, {"hexagon", "card", 3},
			{"focus", "ink", 3},
		} {
			if i == 1 && pair.ink == "focus" {
				continue // in the dark the amber ring itself stands out from the ground
			}
			if got := contrast(t, c[pair.ink], c[pair.ground]); got < pair.least {
				t.Errorf("block %d: %s on %s has %.2f", i, pair.ink, pair.ground, got)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift int) float64 {
		v := float64(rgb>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
