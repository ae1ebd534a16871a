package features

import (
	"testing"

	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/linkage"
)

func TestPhone(t *testing.T) {
	for _, c := range []struct{ value, country, want string }{
		{"", "GB", ""}, {"unknown", "GB", ""},
		{"12", "GB", "t12"},             // a short code meets only itself
		{"69 123 456", "", "t69123456"}, // no country is known
		{"+44 (0)7911 123456", "", "+447911123456"},
		{"0044 7911 123 456", "", "+447911123456"},
		{"+44 07911-123456", "", "+447911123456"},
		{"07911 123456", "GB", "+447911123456"},
		{"447911123456", "GB", "+447911123456"},
		{"7911 123456", "GB", "+447911123456"},
		{"07911 123456 ext. 12", "GB", "+447911123456"},
		{"٠٧٩١١١٢٣٤٥٦", "GB", "+447911123456"}, // Arabic-Indic digits
		{"８ ９１６ １２３-45-67", "RU", "+79161234567"},
		{"8 (916) 123-45-67", "RU", "+79161234567"},
		{"+7 916 123 45 67", "DE", "+79161234567"},
		{"8 10 373 69 123456", "RU", "+37369123456"},
		{"8 029 123-45-67", "BY", "+375291234567"},
		{"06 1 234 5678", "HU", "+3612345678"},
		{"06 1234 5678", "IT", "+390612345678"}, // Italy keeps its zero
		{"00380 50 123 45 67", "PL", "+380501234567"},
		{"380501234567", "GB", "+380501234567"},
		{"011 995 599 12 34 56", "US", "+995599123456"},
		{"1 (212) 555-0123", "US", "+12125550123"},
		{"212-555-0123", "CA", "+12125550123"},
	} {
		if got := Phone(c.value, c.country); got != c.want {
			t.Errorf("Phone(%q, %q) = %q, want %q", c.value, c.country, got, c.want)
		}
	}
}

func TestDialable(t *testing.T) {
	for _, no := range []string{"", "none", "не знаю", "12", "12345", "1234567890123456", "her sister's", "x 07911 123456", "0791!123456", "07911 12++3456", "4.47e11 ok", "\x00"} {
		if Dialable(no) {
			t.Errorf("%q can be dialled", no)
		}
	}
	for _, yes := range []string{"07911 123456", "+44 (0)7911-123456", "(212) 555-0123", "8 (916) 123–45–67", "٠٧٩١١١٢٣٤٥٦", "＋373 69 123456", "07911123456 ext. 12", "069/123456", "112233"} {
		if !Dialable(yes) {
			t.Errorf("%q cannot be dialled", yes)
		}
	}
}

func TestIdentifiersMeet(t *testing.T) {
	type d = evidence.Details
	for _, c := range []struct {
		kind evidence.MentionKind
		a, b evidence.Details
		same bool
	}{
		{evidence.Phone, d{Value: "069 123 456"}, d{Value: "+373 69 123456"}, true},
		{evidence.Phone, d{Value: "069 123 456", Country: "RO"}, d{Value: "+373 69 123456"}, false},
		{evidence.Email, d{Value: "Anna.B+ads@GoogleMail.com"}, d{Value: "annab@gmail.com"}, true},
		{evidence.Email, d{Value: "anna.b@mail.example"}, d{Value: "annab@mail.example"}, false},
		{evidence.Account, d{Value: "IBAN GB29 NWBK 6016 1331 9268 19"}, d{Value: "gb29nwbk60161331926819"}, true},
		{evidence.Account, d{Value: "GB29 NWBK 6016 1331 9268 19"}, d{Value: "GB29 NWBK 6016 1331 9268 18"}, false},
		{evidence.Account, d{Value: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}, d{Value: "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divfna"}, false},
		{evidence.Document, d{Type: "passport", Country: "UA", Value: "АВ 123456"}, d{Type: "Passport", Country: "ua", Value: "AB123456"}, true},
		{evidence.Document, d{Type: "passport", Country: "UA", Value: "AB123456"}, d{Type: "passport", Country: "MD", Value: "AB123456"}, false},
		{evidence.Document, d{Type: "id_card", Country: "UA", Value: "AB123456"}, d{Type: "passport", Country: "UA", Value: "AB123456"}, false},
		{evidence.Document, d{Value: "AO-12034O"}, d{Value: "A0120340"}, true},
		{evidence.Vehicle, d{Country: "RU", Value: "А123ВС 77"}, d{Country: "RU", Value: "a123bc77"}, true},
		{evidence.Vehicle, d{Country: "UA", Value: "AA1234BB"}, d{Country: "PL", Value: "AA1234BB"}, false},
		{evidence.Handle, d{Type: "telegram", Value: "@Work_Abroad"}, d{Value: "https://t.me/work_abroad?start=1"}, true},
		{evidence.Handle, d{Value: "@ work_abroad"}, d{Value: "Work_Abroad"}, true},
		{evidence.Handle, d{Type: "telegram", Value: "work"}, d{Type: "viber", Value: "work"}, false},
		{evidence.Advert, d{Value: "https://www.jobs.example/ad/17/?utm_source=x#top"}, d{Value: "http://jobs.example/ad/17"}, true},
		{evidence.Advert, d{Value: "https://jobs.example/ad?id=17"}, d{Value: "https://jobs.example/ad?id=18"}, false},
	} {
		a, b := Identifier(c.kind, c.a, "MD"), Identifier(c.kind, c.b, "MD")
		if a == "" || (a == b) != c.same {
			t.Errorf("%s: %v → %q, %v → %q, want same = %v", c.kind, c.a, a, c.b, b, c.same)
		}
	}
}

func TestIdentifierRefuses(t *testing.T) {
	for _, k := range evidence.Kinds {
		for _, value := range []string{"", " ", "—", "\u200b"} {
			if got := Identifier(k, evidence.Details{Value: value}, "GB"); got != "" {
				t.Errorf("%s of %q gives %q: nothing would meet nothing", k, value, got)
			}
		}
	}
	for _, bad := range []string{"", "GB", "GB29", "GB29NWBK60161331926818", "2929NWBK60161331926819", "GB29NWBK6016133192681Ж"} {
		if IBAN(bad) {
			t.Errorf("IBAN(%q) passed", bad)
		}
	}
}

func TestAddress(t *testing.T) {
	whole := func(line, town, postcode string) string {
		return ReadAddress(evidence.Details{Line: line, Town: town, Postcode: postcode}).Whole()
	}
	if got := whole("", "Leeds", "LS1 4AP"); got != "" {
		t.Errorf("half an address is %q", got)
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{whole("12 High Street", "Leeds", "LS1 4AP"), whole("High St. 12", "LEEDS", "ls14ap"), true},
		{whole("ул. Ленина, д. 5, кв. 12", "Тирасполь", ""), whole("ulitsa Lenina 5, kv 12", "Tiraspol", ""), true},
		{whole("Bahnhofstraße 7", "Köln", "50667"), whole("Bahnhofstr. 7", "Koeln", "50667"), true},
		{whole("12 High Street", "Leeds", "LS1 4AP"), whole("14 High Street", "Leeds", "LS1 4AP"), false},
		{whole("12 High Street", "Leeds", ""), whole("12 High Street", "York", ""), false},
	} {
		if c.a == "" || (c.a == c.b) != c.same {
			t.Errorf("%q and %q, want same = %v", c.a, c.b, c.same)
		}
	}
}

func TestCompareBorn(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want linkage.Level
	}{
		{"", "1990", linkage.Missing},
		{"1990-03-14", "1990-03-14", linkage.Exact},
		{"1990-03-04", "1990-04-03", linkage.High}, // day and month exchanged
		{"1990-03-14", "1990-03-15", linkage.High}, // one digit
		{"1990-03", "1990-03-15", linkage.High},
		{"1990-03-14", "1990-03-25", linkage.Medium},
		{"1990-03-14", "1968-03-14", linkage.Low},
		{"1990", "1990-03-15", linkage.Medium},
		{"1990-03-14", "1990-11-02", linkage.Low},
		{"1990", "1991-05-05", linkage.Low},
		{"1990-03-14", "1975-11-02", linkage.Differ},
	} {
		for _, pair := range [2][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := CompareBorn(pair[0], pair[1]); got != c.want {
				t.Errorf("CompareBorn(%q, %q) = %v, want %v", pair[0], pair[1], got, c.want)
			}
		}
	}
	if BirthKey("1990-04-03") != BirthKey("1990-03-04") || BirthKey("1990-04-23") == BirthKey("1990-04-24") || BirthKey("1990-04") != "" {
		t.Error("BirthKey parts what belongs together, or joins what does not")
	}
}

// FuzzIdentifier: whatever a source sends is read without failing, and reading
// what was read gives the same again where the form allows it.
func FuzzIdentifier(f *testing.F) {
	for _, v := range []string{"+44 (0)7911 123456", "GB29 NWBK 6016 1331 9268 19", "@user", "https://t.me/x?y#z", "А123ВС77", "٠٧٩", "a@b", "+", "00", "http://[::1", "\xff\xfe"} {
		f.Add(v, "passport", "GB")
	}
	f.Fuzz(func(t *testing.T, value, kind, country string) {
		d := evidence.Details{Value: value, Type: kind, Country: country, Line: value, Town: kind, Postcode: value}
		for _, k := range evidence.Kinds {
			if once, again := Identifier(k, d, country), Identifier(k, d, country); once != again {
				t.Errorf("%s: %q and %q", k, once, again)
			}
		}
		if p := Phone(value, "GB"); p != "" && p[0] == '+' && Phone(p, "DE") != p {
			t.Errorf("Phone(%q) = %q is read as %q", value, p, Phone(p, "DE"))
		}
		ReadAddress(d)
	})
}
