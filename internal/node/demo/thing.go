package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lodestar/internal/kernel/evidence"
)

// phone is a number: country code and national number.
type phone struct{ country, national string }

// fiction are ranges that regulators keep for drama: Ofcom's numbers for drama
// use (10 digits) and ARCEP's numbers for audiovisual works (9 digits).
var fiction = []struct {
	country, head string
	width         int
}{
	{"44", "1632960", 3}, {"44", "2079460", 3}, {"44", "1134960", 3}, {"44", "1144960", 3}, {"44", "1154960", 3},
	{"44", "1164960", 3}, {"44", "1174960", 3}, {"44", "1184960", 3}, {"44", "1214960", 3}, {"44", "1314960", 3},
	{"44", "1414960", 3}, {"44", "1514960", 3}, {"44", "1614960", 3}, {"44", "1914980", 3}, {"44", "2896496", 3}, {"44", "2920180", 3},
	{"33", "19900", 4}, {"33", "26191", 4}, {"33", "35301", 4}, {"33", "46571", 4}, {"33", "53649", 4}, {"33", "63998", 4},
}

// mobiles is how many mobile numbers Ofcom keeps for drama: 07700 900000 to
// 900999. The first keptMobiles of them are for what is planted.
const (
	mobiles     = 1000
	keptMobiles = 300
)

// mobile is the i-th mobile number for drama.
func mobile(i int) phone { return phone{"44", fmt.Sprintf("7700900%03d", i%mobiles)} }

// number is the i-th ordinary number, no two the same: mobile numbers as long as
// there are any, then all other ranges, mixed, and beyond these the country code
// 999, which belongs to no country.
func number(i int) phone {
	if i%2 == 0 && i/2 < mobiles-keptMobiles {
		return mobile(keptMobiles + i/2)
	}
	sum := 0
	for _, f := range fiction {
		sum += pow10(f.width)
	}
	if i >= sum {
		return phone{"999", fmt.Sprintf("%09d", i)}
	}
	at := i * 7919 % sum // 7919 is prime and no factor of the sum: every number once
	for _, f := range fiction {
		n := pow10(f.width)
		if at < n {
			return phone{f.country, f.head + fmt.Sprintf("%0*d", f.width, at)}
		}
		at -= n
	}
	return phone{}
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// plain is the number in E.164.
func (p phone) plain() string { return "+" + p.country + p.national }

// write formats the number in one of the ways in which people do. Only a
// domestic number is written without its country.
func (p phone) write(d draw) string {
	n := p.national
	head, tail := n[:4], n[4:]
	if p.country != "44" {
		pairs := n[:1] + " " + n[1:3] + " " + n[3:5] + " " + n[5:7] + " " + n[7:]
		return one(d, []string{p.plain(), "+" + p.country + " " + pairs, "00" + p.country + n, "00" + p.country + " " + pairs})
	}
	return one(d, []string{
		p.plain(), "+44 " + head + " " + tail, "0" + n, "0" + head + " " + tail, "0044 " + head + " " + tail, "0044" + n,
		"+44 (0)" + head + " " + tail, "(0" + head + ") " + tail, "0" + head + "-" + tail[:3] + "-" + tail[3:],
		"0" + head + " " + tail[:3] + " " + tail[3:],
	})
}

// home is an address.
type home struct {
	flat, number           int // flat 0: none
	street, town, postcode string
}

func (st *stock) home(d draw) home {
	t := one(d, st.towns)
	const letters = "ABDEFGHJLNPQRSTUWXYZ"
	h := home{number: d.between(1, 180), street: one(d, st.streets), town: t.name}
	if d.percent(40) {
		h.flat = d.between(1, 24)
	}
	h.postcode = fmt.Sprintf("%s %d%c%c", t.outward, d.IntN(10), letters[d.IntN(len(letters))], letters[d.IntN(len(letters))])
	return h
}

// plain is the address in full.
func (h home) plain() evidence.Details {
	line := strconv.Itoa(h.number) + " " + h.street
	if h.flat > 0 {
		line = fmt.Sprintf("Flat %d, %s", h.flat, line)
	}
	return evidence.Details{Line: line, Town: h.town, Postcode: h.postcode, Country: "GB"}
}

var streetShort = map[string][]string{
	"Street": {"St", "St.", "Str"}, "Road": {"Rd", "Rd."}, "Avenue": {"Ave", "Ave.", "Av"}, "Lane": {"Ln", "La"},
	"Close": {"Cl", "Cl."}, "Terrace": {"Terr", "Ter."}, "Crescent": {"Cres", "Cr."},
}

// write spells the address as some form might have it.
func (h home) write(d draw) evidence.Details {
	street := h.street
	if i := strings.LastIndexByte(street, ' '); d.percent(45) {
		street = street[:i+1] + one(d, streetShort[street[i+1:]])
	}
	if d.percent(6) {
		first, rest, _ := strings.Cut(street, " ")
		street = mistype(d, first) + " " + rest
	}
	line := strconv.Itoa(h.number) + " " + street
	if h.flat > 0 {
		line = fmt.Sprintf(one(d, []string{"Flat %[1]d, %[2]s", "%[2]s, Flat %[1]d", "%[1]d/%[2]s", "Apt %[1]d, %[2]s", "flat %[1]d %[2]s", "%[2]s (flat %[1]d)"}), h.flat, line)
	}
	out := evidence.Details{Line: line, Town: h.town, Postcode: h.postcode}
	switch chance := d.IntN(100); {
	case chance < 15:
		out.Postcode = strings.ReplaceAll(out.Postcode, " ", "")
	case chance < 25:
		out.Postcode = strings.ToLower(out.Postcode)
	case chance < 40:
		out.Postcode = ""
	case chance < 50:
		out.Town = ""
	}
	if d.percent(10) {
		out.Line, out.Town = strings.ToUpper(out.Line), strings.ToUpper(out.Town)
	}
	if d.percent(30) {
		out.Country = "GB"
	}
	return out
}

// account makes an IBAN of a bank that does not exist, with a true check number
// (ISO 7064 MOD 97-10).
func account(d draw) string {
	bban := fmt.Sprintf("DEMO%06d%08d", d.IntN(1_000_000), d.IntN(100_000_000))
	rest := 0
	for _, c := range bban + "GB00" {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return fmt.Sprintf("GB%02d%s", 98-rest, bban)
}

// groups parts s into groups of n, joined by the separator.
func groups(s string, n int, by string) string {
	var parts []string
	for ; len(s) > n; s = s[n:] {
		parts = append(parts, s[:n])
	}
	return strings.Join(append(parts, s), by)
}

// writeAccount formats an IBAN.
func writeAccount(d draw, iban string) string {
	return one(d, []string{iban, groups(iban, 4, " "), strings.ToLower(iban), groups(iban, 4, "-"), "IBAN " + groups(iban, 4, " ")})
}

// paper makes the number of a document of a series that is not issued.
func paper(d draw) string { return fmt.Sprintf("ZZ%07d", d.IntN(10_000_000)) }

// plate makes a number plate of an area letter that was never issued.
func plate(d draw) string {
	const letters = "ABCDEFGHJKLMNOPRSTUVWXYZ"
	l := func() byte { return letters[d.IntN(len(letters))] }
	return fmt.Sprintf("%c%c%02d%c%c%c", "JTU"[d.IntN(3)], l(), d.between(10, 23), l(), l(), l())
}

// writeMarks formats a document number or plate whose first part has n letters.
func writeMarks(d draw, s string, n int) string {
	return one(d, []string{s, s[:n] + " " + s[n:], s[:n] + "-" + s[n:], strings.ToLower(s), strings.ToLower(s[:n]) + " " + strings.ToLower(s[n:])})
}

// handle makes a name in a messenger.
func handle(d draw) string {
	return one(d, []string{"job", "work", "agency", "visa", "travel", "easy", "quick", "good", "city", "farm", "hotel", "model", "drive", "best"}) +
		one(d, []string{"_", "", "."}) +
		one(d, []string{"line", "bridge", "start", "link", "helper", "north", "world", "road", "team", "door", "star", "plus", "time", "west"}) +
		strconv.Itoa(d.between(100, 99999))
}

// writeHandle formats a handle.
func writeHandle(d draw, h string) string {
	return one(d, []string{h, "@" + h, "@" + strings.ToUpper(h[:1]) + h[1:], "t.me/" + h, "https://t.me/" + h, "@ " + h})
}

// writeBorn writes a birth date: whole, in part, with day and month exchanged or
// with a wrong day. A sure one is never left out.
func writeBorn(d draw, born time.Time, sure bool) string {
	switch chance := d.IntN(100); {
	case chance < 62 || sure && chance < 72:
		return born.Format("2006-01-02")
	case chance < 74:
		return born.Format("2006")
	case chance < 80:
		return born.Format("2006-01")
	case chance < 85 && born.Day() <= 12:
		return fmt.Sprintf("%d-%02d-%02d", born.Year(), born.Day(), int(born.Month()))
	case chance < 89 && born.Day() > 1:
		return born.AddDate(0, 0, -1).Format("2006-01-02")
	}
	if sure {
		return born.Format("2006")
	}
	return ""
}
