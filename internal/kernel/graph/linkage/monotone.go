package linkage

// monotone makes m/u grow with the level, moving m as little as the data allow:
// neighbours out of order are pooled (M. Ayer et al., Annals of Mathematical
// Statistics 26, 1955). Levels whose u is 0 are left alone.
func monotone(m, u Distribution) Distribution {
	type pool struct {
		m, u   float64
		levels []Level
	}
	var pools []pool
	for l := Differ; l < levels; l++ {
		if u[l] == 0 {
			continue
		}
		pools = append(pools, pool{m[l], u[l], []Level{l}})
		for n := len(pools); n > 1 && pools[n-2].m*pools[n-1].u > pools[n-1].m*pools[n-2].u; n-- {
			upper := pools[n-1]
			pools = pools[:n-1]
			lower := &pools[n-2]
			lower.m += upper.m
			lower.u += upper.u
			lower.levels = append(lower.levels, upper.levels...)
		}
	}
	for _, p := range pools {
		for _, l := range p.levels {
			m[l] = u[l] * p.m / p.u
		}
	}
	return m
}
