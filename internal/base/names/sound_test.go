package names

import (
	"testing"
	"unicode/utf8"
)

// The words of a line are spellings of one name and must meet in one skeleton.
var oneSkeleton = [][]string{
	{"Юлия", "Юлія", "Yulia", "Julia", "Iuliia", "Yuliya", "Julija"},                 // iu = yu = ju
	{"Ходорковский", "Khodorkovsky", "Hodorkovski", "Xodorkovskij", "Khodorkovskii"}, // kh = h = x
	{"Джафаров", "Dzhafarov", "Jafarov", "Cəfərov", "ǰafarov"},                       // dzh = j = ǰ
	{"Цветкова", "Tsvetkova", "Tzvetkova", "Цвєткова"},                               // ts = c = tz
	{"Шћепановић", "Šćepanović", "Scepanovic", "Shchepanovich", "Schepanovic"},       // shch = šč = sch
	{"Новак", "Novak", "Nowak", "Novák", "Novakk"},                                   // w = v, doubled = single
	{"Щербаков", "Shcherbakov", "Ščerbakov", "Scherbakow", "Scherbakoff"},
	{"Цой", "Tsoi", "Tsoy"},
	{"Елена", "Yelena", "Elena", "Jelena"},
	{"Жомарт", "Zhomart", "Jomart", "Žomart"},
	{"ბერიძე", "Beridze", "Беридзе"},
	{"გიორგი", "Giorgi", "Гиорги"},
	{"Ђорђе", "Đorđe", "Djordje", "Dzordze"},
	{"Әлия", "Aliya", "Aliia", "Алия"},
	{"Қайратұлы", "Qairatuly", "Kairatuly", "Кайратулы"},
	{"محمد", "Muhammad", "Mohammed", "Mohamed", "Мухаммад", "Мохаммед"},
	{"علي", "Ali", "Aly", "Алі"},
	{"Χρήστος", "Christos", "Khristos", "Hristos", "Христос"},
	{"Սարգսյան", "Sargsyan", "Sargsian", "Саргсян"},
	{"Müller", "Mueller", "Muller", "Мюллер"},
	{"Erdoğan", "Erdogan", "Эрдоган"},
	{"السيسي", "Sisi"},
	{"John", "Джон", "Jon"},
}

func TestSkeletonsMeet(t *testing.T) {
	for _, spellings := range oneSkeleton {
		want := Skeleton(spellings[0])
		if want == "" {
			t.Errorf("%s has no skeleton", spellings[0])
		}
		for _, s := range spellings[1:] {
			if got := Skeleton(s); got != want {
				t.Errorf("Skeleton(%s) = %s, but Skeleton(%s) = %s", s, got, spellings[0], want)
			}
		}
	}
}

func TestSkeletonsDiffer(t *testing.T) {
	for _, pair := range [][2]string{{"Petrov", "Pavlov"}, {"Anna", "Nina"}, {"Karim", "Rahim"}, {"44", "45"}} {
		if Skeleton(pair[0]) == Skeleton(pair[1]) {
			t.Errorf("%s and %s share the skeleton %s", pair[0], pair[1], Skeleton(pair[0]))
		}
	}
}

func TestSkeletonOfNothing(t *testing.T) {
	for _, s := range []string{"", " ", "-", "'", "\u200f", "\u0301"} {
		if got := Skeleton(s); got != "" {
			t.Errorf("Skeleton(%q) = %q, want nothing", s, got)
		}
	}
}

func TestSoundKeepsVowels(t *testing.T) {
	for word, want := range map[string]string{"Hassan": "hasan", "Hussein": "husein", "Хусейн": "husein", "Nooristani": "nuristani", "Friedrich": "fridric"} {
		if got := Sound(word); got != want {
			t.Errorf("Sound(%s) = %s, want %s", word, got, want)
		}
	}
}

func FuzzSkeleton(f *testing.F) {
	for _, spellings := range oneSkeleton {
		for _, s := range spellings {
			f.Add(s)
		}
	}
	f.Add("a\xff\u0430\U0010ffff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Skeleton(s)
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("Skeleton(%q) = %q is not UTF-8", s, got)
		}
		if again := Skeleton(s); again != got {
			t.Errorf("Skeleton(%q) is %q, then %q", s, got, again)
		}
	})
}

// Skeleton is on the path of every signal that is resolved.
func TestSkeletonAllocates(t *testing.T) {
	for word, most := range map[string]float64{"Khodorkovsky": 1, "Ходорковский": 1, "გიორგი": 1, "Սարգսյան": 1} {
		if got := testing.AllocsPerRun(100, func() { Skeleton(word) }); got > most {
			t.Errorf("Skeleton(%s) allocates %.0f times, want at most %.0f", word, got, most)
		}
	}
}
