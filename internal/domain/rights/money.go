package rights

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/currency"

	"lodestar/internal/base/fault"
)

// Amount is money in minor units of a currency (ISO 4217).
type Amount struct {
	Currency string
	Minor    int64
}

// exponents are the digits after the point where ISO 4217 gives other than two.
var exponents = []struct {
	digits int
	codes  []string
}{
	{0, []string{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}},
	{3, []string{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}},
}

// digits is how many digits a currency has after the point.
func digits(code string) int {
	for _, e := range exponents {
		if slices.Contains(e.codes, code) {
			return e.digits
		}
	}
	return 2
}

// most bounds one amount, so that sums stay exact.
const most = 1_000_000_000_000_00

// check refuses what is no currency and no positive amount.
func (m Amount) check(v *fault.Error) {
	if unit, err := currency.ParseISO(m.Currency); err != nil || unit.String() != m.Currency {
		v.At("/currency", "rights.say_currency")
	}
	if m.Minor <= 0 || m.Minor > most {
		v.At("/amount", "rights.say_amount")
	}
}

// readAmount reads what somebody wrote: "1 250.50" of EUR are 125050. What cannot be
// read is no amount, and refused as such.
func readAmount(code, text string) Amount {
	m := Amount{Currency: strings.ToUpper(code)}
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "").Replace(text)
	whole, part, _ := strings.Cut(strings.ReplaceAll(text, ",", "."), ".")
	n := digits(m.Currency)
	if len(part) > n || strings.ContainsAny(whole+part, "+-") {
		return m
	}
	m.Minor, _ = strconv.ParseInt(whole+part+strings.Repeat("0", n-len(part)), 10, 64)
	return m
}

// String is the amount in plain digits, the point where the currency has it.
func (m Amount) String() string {
	n, text := digits(m.Currency), strconv.FormatInt(m.Minor, 10)
	for len(text) <= n {
		text = "0" + text
	}
	if n > 0 {
		text = text[:len(text)-n] + "." + text[len(text)-n:]
	}
	return text + " " + m.Currency
}
