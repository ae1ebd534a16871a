package names

import "testing"

var benchNames = []string{"Volodymyr Zelenskyy", "Мария Ивановна Ковальчук", "გიორგი ბერიძე", "محمد علي", "Γιώργος Παπαδόπουλος", "Hans-Jürgen Müller", "Սերժ Սարգսյան", "Şükrü Çelik"}

func BenchmarkSkeletonLatin(b *testing.B) {
	for b.Loop() {
		Skeleton("Khodorkovsky")
	}
}

func BenchmarkSkeletonCyrillic(b *testing.B) {
	for b.Loop() {
		Skeleton("Ходорковский")
	}
}

func BenchmarkSkeletonArabic(b *testing.B) {
	for b.Loop() {
		Skeleton("القرضاوي")
	}
}

func BenchmarkParse(b *testing.B) {
	i := 0
	for b.Loop() {
		Parse(benchNames[i%len(benchNames)], Person)
		i++
	}
}

func BenchmarkCompare(b *testing.B) {
	x, y := Parse("Volodymyr Oleksandrovych Zelenskyy", Person), Parse("Владимир Зеленский", Person)
	for b.Loop() {
		Compare(&x, &y)
	}
}

func BenchmarkCompareUnlike(b *testing.B) {
	x, y := Parse("Volodymyr Oleksandrovych Zelenskyy", Person), Parse("Maria José García López", Person)
	for b.Loop() {
		Compare(&x, &y)
	}
}
