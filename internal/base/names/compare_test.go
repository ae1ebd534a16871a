package names

import (
	"math/rand"
	"strings"
	"testing"
)

// pairsOfOurs are pairs of our own making, one line for each thing that the
// comparison must know. Those that must stay apart come first.
var pairsOfOurs = []struct {
	kind Kind
	a, b string
	want bool
}{
	{Person, "", "", false},
	{Person, "", "Vladimir Putin", false},
	{Person, "Putin", "Vladimir Putin", false},
	{Person, "V. P.", "Vladimir Putin", false},
	{Person, "John Smith", "Jane Smith", false},
	{Person, "John A. Smith", "John B. Smith", false},
	{Person, "William G. Frost", "Bill Gates", false},
	{Person, "Maria Ivanova", "Maria Petrova", false},
	{Person, "Maria Rossi", "Mario Rossi", false},
	{Person, "Ivan Petrov", "Petr Ivanov", false},
	{Person, "Olga Baranova", "Oleg Baranov", false},
	{Person, "Hassan Nasrallah", "Hussein Nasrallah", false},
	{Person, "Kim Jong-un", "Kim Jong-il", false},
	{Person, "김정은", "김정일", false},
	{Person, "Mohamed Ahmed", "Mohamed Hassan", false},
	{Person, "Abu Musab al-Zarqawi", "Abu Musab al-Suri", false},
	{Person, "Ruslan Magomedovich Aliev", "Ruslan Ibragimovich Aliev", false},
	{Person, "Mark Zuckermann", "Mark Zuckerberg", false},
	{Person, "Muhammad bin Salman", "Usama bin Muhammad bin Awad bin Ladin", false},
	{Organisation, "Unit 1", "Unit 2", false},
	{Organisation, "Unit 1", "Unit", false},
	{Organisation, "Capital Partners V L.P.", "Capital Partners VI L.P.", false},
	{Organisation, "Ministry of Defence of Iran", "Ministry of Defence of Iraq", false},
	{Organisation, "Siemens AG", "Siemens GmbH", false},
	{Organisation, "ООО Ромашка", "ЗАО Ромашка", false},
	{Organisation, "Siemens Energy AG", "Siemens AG", false},
	{Organisation, "Agricultural Bank of China", "Bank of China", false},
	{Organisation, "Golden Star Ltd", "Golden Sun Ltd", false},
	{Organisation, "ABC International", "A.B.C. Company", false},
	{Vessel, "Ocean Star", "Ocean Sun", false},
	{Vessel, "Ocean Star 1", "Ocean Star 2", false},
	{Address, "12 Main Street", "14 Main Street", false},

	// scripts
	{Person, "Владимир Путин", "Vladimir Putin", true},
	{Person, "Володимир Зеленський", "Владимир Зеленский", true},
	{Person, "Նիկոլ Փաշինյան", "Nikol Pashinyan", true},
	{Person, "მიხეილ სააკაშვილი", "Михаил Саакашвили", true},
	{Person, "Γιώργος Παπανδρέου", "George Papandreou", true},
	{Person, "يوسف القرضاوي", "Yusuf al-Qaradawi", true},
	{Person, "بنیامین نتانیاهو", "Benjamin Netanyahu", true},
	{Person, "ניקולא סרקוזי", "Nicolas Sarkozy", true},
	{Person, "Нұрсұлтан Назарбаев", "Nursultan Nazarbayev", true},
	{Person, "İlham Əliyev", "Ilham Aliyev", true},
	{Person, "नरेन्द्र मोदी", "Narendra Modi", true},
	{Person, "习近平", "Си Цзиньпин", true},
	{Person, "贝拉克·奥巴马", "Barack Obama", true},
	{Person, "김정은", "Kim Jong Un", true},
	{Person, "Đặng Văn Minh", "Dang Van Minh", true},
	{Person, "Jürgen Müller", "MUELLER, JUERGEN", true},

	// order, parts, dress
	{Person, "Friedrich, Hans", "Hans Friedrich", true},
	{Person, "Vladimir Vladimirovich Putin", "Vladimir Putin", true},
	{Person, "María José García López", "Maria Jose Garcia", true},
	{Person, "George Bush", "George W. Bush", true},
	{Person, "V. Putin", "Vladimir Putin", true},
	{Person, "J.-C. Juncker", "Jean-Claude Juncker", true},
	{Person, "President Erdoğan", "Recep Tayyip Erdoğan", true},
	{Person, "Sheikh Hassan Nasrallah", "Hassan Nasrallah", true},
	{Person, "Ludwig van Beethoven", "Ludwig Beethoven", true},
	{Person, "Abd al-Aziz Bouteflika", "Abdelaziz Bouteflika", true},
	{Person, "Saif al-Din Ahmad", "Saifuddin Ahmed", true},
	{Person, "Zia-ur-Rahman", "Ziaur Rahman", true},
	{Person, "حسن نصر الله", "Hassan Nasrallah", true},

	// short forms and forms of other languages
	{Person, "Bill Clinton", "William Clinton", true},
	{Person, "Sasha Petrova", "Александра Петрова", true},
	{Person, "Олег Коваленко", "Oleh Kovalenko", true},
	{Person, "Mehmet Yılmaz", "Muhammad Yilmaz", true},

	// slips and disguises
	{Person, "Vladmir Putin", "Vladimir Putin", true},
	{Person, "Vladimir Ptuin", "Vladimir Putin", true},
	{Person, "Igor Setschin", "Igor Sechin", true},
	{Person, "Elhn Musk", "Elon Musk", true},
	{Person, "Vl4dimir Put1n", "Vladimir Putin", true},
	{Person, "Vlаdimir Рutin", "Vladimir Putin", true},
	{Person, "VladimirPutin", "Vladimir Putin", true},
	{Person, "Vladi mir Pu tin", "Vladimir Putin", true},
	{Person, "Vldmr Ptn", "Vladimir Putin", true},

	// organisations
	{Organisation, "Rosneft PJSC", "ПАО Роснефть", true},
	{Organisation, "OOO Romashka", "Romashka LLC", true},
	{Organisation, "Müller GmbH & Co. KG", "Mueller GmbH und Co KG", true},
	{Organisation, "Apple Inc", "Apple Incorporated", true},
	{Organisation, "Apple Inc", "Apple Incoporated", true},
	{Organisation, "Gazprombank", "Gazprom Bank", true},
	{Organisation, "BMW AG", "Bayerische Motoren Werke AG", true},
	{Organisation, "First National Bank", "1st National Bank", true},
	{Organisation, "Plant No. 12", "Завод № 12", true},
	{Organisation, "Murom Instrument-Making Plant", "Муромский приборостроительный завод", true},
	{Organisation, "Ministerium der Verteidigung", "Ministry of Defence", true},
	{Organisation, "Bank of Germany", "Bank Deutschland", true},
	{Vessel, "M/V Ocean Star", "Ocean Star", true},
	{Vessel, "OCEAN STAR II", "Ocean Star 2", true},
	{Address, "ул. Ленина, д. 5", "Lenina ulitsa 5", true},
}

func TestCompare(t *testing.T) {
	for _, c := range pairsOfOurs {
		if got := CompareNames(c.a, c.b, c.kind); got.Match != c.want {
			t.Errorf("%s | %s: %.3f, want match %v", c.a, c.b, got.Value, c.want)
		}
	}
}

// A comparison gives the same both ways, a name is like itself, and the order of
// a person's words changes nothing.
func TestCompareLaws(t *testing.T) {
	shuffle := rand.New(rand.NewSource(7))
	for _, c := range pairsOfOurs {
		there, back := CompareNames(c.a, c.b, c.kind), CompareNames(c.b, c.a, c.kind)
		if diff := there.Value - back.Value; diff > 1e-9 || diff < -1e-9 {
			t.Errorf("%s | %s: %.4f, back %.4f", c.a, c.b, there.Value, back.Value)
		}
		if self := CompareNames(c.a, c.a, c.kind); c.a != "" && !self.Match {
			t.Errorf("%s is not like itself: %.4f", c.a, self.Value)
		}
		if c.kind != Person || strings.ContainsAny(c.a+c.b, ".-") || len(strings.Fields(c.a)) != 2 {
			continue
		}
		words := strings.Fields(strings.ReplaceAll(c.a, ",", ""))
		shuffle.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		if got := CompareNames(strings.Join(words, " "), c.b, c.kind); got.Match != there.Match {
			t.Errorf("%v | %s: %.4f, in the other order %.4f", words, c.b, got.Value, there.Value)
		}
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		a, b string
		want string
	}{
		{Person, "Bill J. Clinton", "Clinton, William Jefferson", "j=jefferson initial; clinton=clinton same; bill=william name_form"},
		{Person, "Putin", "Vladimir Putin", "putin=putin same; =vladimir left_out; = one_word"},
		{Organisation, "Unit 1", "Unit 2", "unit=unit same; 1= left_out; =2 left_out"},
		{Organisation, "Very Long Name of a Unit 1", "Very Long Name of a Unit", "= number"},
		{Organisation, "Siemens AG", "Siemens GmbH", "siemens=siemens same; = legal_form"},
		{Organisation, "PLA", "People's Liberation Army", "pla=peoples liberation army acronym"},
		{Person, "Alis her Usmanov", "Alisher Usmanov", "alis her=alisher joined"},
		{Person, "", "Putin", ""},
	} {
		a, b := Parse(c.a, c.kind), Parse(c.b, c.kind)
		score, parts := Explain(&a, &b)
		if plain := Compare(&a, &b); plain != score {
			t.Errorf("Explain says %+v, Compare %+v", score, plain)
		}
		var said []string
		for _, p := range parts {
			said = append(said, p.A+"="+p.B+" "+p.Why.String())
		}
		for want := range strings.SplitSeq(c.want, "; ") {
			if got := strings.Join(said, "; "); !strings.Contains(got, want) {
				t.Errorf("%s | %s: %s lacks %s", c.a, c.b, got, want)
			}
		}
	}
}

// Compare is on the path of every signal that is resolved.
func TestCompareAllocatesNothing(t *testing.T) {
	a, b := Parse("Volodymyr Oleksandrovych Zelenskyy", Person), Parse("Владимир Зеленский", Person)
	if got := testing.AllocsPerRun(100, func() { Compare(&a, &b) }); got != 0 {
		t.Errorf("Compare allocates %.0f times", got)
	}
}
