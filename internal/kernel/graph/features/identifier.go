package features

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Email is an address in small letters, without the tag after "+" that mail
// providers ignore. Google also ignores dots.
func Email(value string) string {
	value = strings.ToLower(strings.TrimSpace(norm.NFKC.String(value)))
	value = strings.TrimPrefix(value, "mailto:")
	at := strings.LastIndexByte(value, '@')
	if at <= 0 || at == len(value)-1 {
		return compact(value)
	}
	local, domain := value[:at], strings.TrimSuffix(value[at+1:], ".")
	if tagged, _, ok := strings.Cut(local, "+"); ok && tagged != "" {
		local = tagged
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}

// Account is a bank account, a card or the address of a wallet. An IBAN (ISO
// 13616) that passes its check is marked as such; what fails it keeps its letters
// and digits. The addresses of wallets tell small letters from capitals.
func Account(value string) string {
	c := compact(value)
	if named, ok := strings.CutPrefix(c, "IBAN"); ok {
		c = named
	}
	if IBAN(c) {
		return "iban " + c
	}
	if trimmed := strings.TrimSpace(value); isWallet(trimmed) {
		return "wallet " + trimmed
	}
	return c
}

// IBAN tells whether s, in capitals and without spaces, passes the check of ISO
// 13616: the number with its first four characters moved to the end and letters
// read as 10 to 35 leaves 1 modulo 97.
func IBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 {
		return false
	}
	for i := range 4 {
		isLetter := 'A' <= s[i] && s[i] <= 'Z'
		isDigit := '0' <= s[i] && s[i] <= '9'
		if i < 2 && !isLetter || i >= 2 && !isDigit {
			return false
		}
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		switch {
		case '0' <= r && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case 'A' <= r && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// isWallet knows the addresses of wallets that are case-sensitive: 26 to 62
// letters and digits, of both cases.
func isWallet(s string) bool {
	if len(s) < 26 || len(s) > 62 {
		return false
	}
	var small, capital, figure bool
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			small = true
		case 'A' <= r && r <= 'Z':
			capital = true
		case '0' <= r && r <= '9':
			figure = true
		default:
			return false
		}
	}
	return small && capital && figure
}

// Document is type, issuing State and number of a document.
func Document(docType, issuer, number string) string {
	n := DocumentNumber(number)
	if n == "" {
		return ""
	}
	return DocumentSort(docType, issuer) + " " + n
}

// DocumentSort is type and issuing State: only documents of one sort contradict
// one another by their numbers.
func DocumentSort(docType, issuer string) string {
	return strings.ToLower(compact(docType)) + " " + country(issuer)
}

// DocumentNumber is the number alone, with O read as zero: machine-readable
// zones and clerks confuse the two.
func DocumentNumber(number string) string {
	return strings.ReplaceAll(compact(number), "O", "0")
}

// Plate is a registration plate with its State.
func Plate(value, issuer string) string {
	c := compact(value)
	if c == "" {
		return ""
	}
	return country(issuer) + " " + c
}

// Handle is a name on an online service, with the service. A link to a profile
// is read as the handle it shows.
func Handle(service, value string) string {
	value = strings.ToLower(strings.TrimSpace(norm.NFKC.String(value)))
	service = strings.ToLower(compact(service))
	if host, path, ok := link(value); ok {
		first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if first != "" {
			value, service = first, orElse(serviceOf(host), service)
		}
	}
	value = strings.TrimLeft(value, "@ ")
	if strings.IndexFunc(value, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return ""
	}
	return service + " " + value
}

// serviceOf is the service behind a host: the label before the last, except for
// the short hosts that services use for profiles.
func serviceOf(host string) string {
	switch host {
	case "t.me", "telegram.me":
		return "telegram"
	case "wa.me":
		return "whatsapp"
	case "vk.com":
		return "vkontakte"
	case "fb.com", "fb.me":
		return "facebook"
	case "x.com":
		return "twitter"
	case "ok.ru":
		return "odnoklassniki"
	}
	labels := strings.Split(host, ".")
	if len(labels) < 2 {
		return ""
	}
	return labels[len(labels)-2]
}

// Advert is the address of an advertisement without what changes from visit to
// visit, or its number on a platform.
func Advert(value string) string {
	value = strings.TrimSpace(norm.NFKC.String(value))
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		if host, path, ok := link(strings.ToLower(value)); ok && path != "" {
			return host + strings.TrimSuffix(path, "/")
		}
		return compact(value)
	}
	q := u.Query()
	for key := range q {
		if strings.HasPrefix(key, "utm_") || key == "fbclid" || key == "gclid" || key == "ref" {
			q.Del(key)
		}
	}
	out := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") + strings.TrimSuffix(u.EscapedPath(), "/")
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out
}

// link splits what is written like the address of a page, with or without scheme.
func link(value string) (host, path string, ok bool) {
	for _, scheme := range []string{"https://", "http://"} {
		value = strings.TrimPrefix(value, scheme)
	}
	host, path, _ = strings.Cut(value, "/")
	host = strings.TrimPrefix(host, "www.")
	if strings.ContainsAny(host, " @") || !strings.Contains(host, ".") || path == "" {
		return "", "", false
	}
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	return host, "/" + path, true
}
