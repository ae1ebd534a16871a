package analysis

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/evidence"
)

// gradeWords says a grading in words, with the code that the field uses beside them.
func gradeWords(ctx context.Context, g evidence.Grade) string {
	if len(g) != 2 {
		return string(g)
	}
	return i18n.T(ctx, "grade.of", "source", i18n.T(ctx, "grade.source."+string(g[:1])), "information", i18n.T(ctx, "grade.information."+string(g[1:])), "code", string(g))
}

// handling says what may be done with a signal.
func handling(ctx context.Context, h evidence.Handling) string {
	parts := []string{i18n.T(ctx, "handling."+h.Code)}
	if h.NotToOrigin {
		parts = append(parts, i18n.T(ctx, "handling.not_to_origin"))
	}
	if h.NoImmigration {
		parts = append(parts, i18n.T(ctx, "handling.no_immigration"))
	}
	return strings.Join(parts, " · ")
}

// reference is the source's own; what the node made up so as to know the row again
// leads nobody to anything.
func reference(ctx context.Context, ref string) string {
	digest, err := hex.DecodeString(ref)
	if _, own, _ := strings.Cut(ref, "/"); err == nil && len(digest) >= 16 || strings.HasPrefix(own, "sig_") || strings.HasPrefix(own, "lin_") {
		return i18n.T(ctx, "signal.no_reference")
	}
	return ref
}

// named are the coded fields and values of which there are words; beyond them a
// standard's own word is shown, in its own language.
var named = struct{ months, languages, values []string }{
	months:    []string{"cas_IncomingReferralDate", "cas_OutgoingReferralDate", "hte_Date", "spl_ActualEndDate", "spl_PlannedEndDate"},
	languages: []string{"language", "prs_PrimaryLanguage", "prs_SecondaryLanguage"},
	values: []string{"yes", "no", "unknown", "not_asked", "declined", "true", "false", "adult", "child", "same", "different", "unsure",
		"police", "government_agency", "local_authority", "ngo", "NGO", "Other", "Active", "Closed", "ClosedReferred", "FollowUp",
		"Exploitation", "Recruitment", "Transit", "Feminine", "Masculine", "NonConforming", "NonSpecifiedUnknown", "TransgenderFeminine", "TransgenderMasculine",
		"ActualVictimOfTrafficking", "NotAVictimOfTrafficking", "PossibleVictimOfTrafficking", "Acquainted", "Familial", "Unaquainted"},
}

// skipped are codes by which the node itself finds things again.
var skipped = []string{"a", "b", "weights"}

func codedTable(ctx context.Context, coded map[string]string) page.Table {
	t := table(ctx, "signal.coded", "signal.code", "signal.value")
	keys := make([]string, 0, len(coded))
	for k := range coded {
		if !slices.Contains(skipped, k) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		row(&t, page.Words(codeName(ctx, k)), page.Words(codeValue(ctx, k, coded[k])))
	}
	return t
}

func codeName(ctx context.Context, key string) string {
	if code, ok := strings.CutPrefix(key, "ilo."); ok {
		return i18n.T(ctx, "indicator."+code)
	}
	return i18n.T(ctx, "code."+key)
}

func codeValue(ctx context.Context, key, value string) string {
	if month, err := time.Parse("2006-01", value); err == nil && slices.Contains(named.months, key) {
		return i18n.Month(ctx, month)
	}
	if slices.Contains(named.languages, key) {
		if name := i18n.T(ctx, "lang."+value); !strings.HasPrefix(name, "⟦") {
			return name
		}
		return value // a language that no list offers
	}
	parts := strings.Split(value, ";")
	for i, p := range parts {
		switch {
		case slices.Contains(named.values, p):
			parts[i] = i18n.T(ctx, "code.value."+p)
		case !strings.HasSuffix(key, "WebsitesAndApps"):
			parts[i] = spaced(p)
		}
	}
	return strings.Join(parts, ", ")
}

// spaced is a standard's word as it is read: "DebtBondage" → "Debt bondage".
func spaced(word string) string {
	var b strings.Builder
	last := ' '
	for _, c := range strings.ReplaceAll(word, "_", " ") {
		if unicode.IsUpper(c) && unicode.IsLower(last) {
			b.WriteRune(' ')
			last, c = c, unicode.ToLower(c)
		} else {
			last = c
		}
		b.WriteRune(c)
	}
	return b.String()
}
