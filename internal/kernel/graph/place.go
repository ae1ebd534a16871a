package graph

// A place is where something stands in the order of recording: the seq of its
// signal and its number in the signal, from 1. Mentions and relations have places
// of their own count.
//
// A signal has at most 200 mentions and 400 relations (package evidence), and at
// most as many more where a mention says whose it is.
const placeBits = 10

func placeOf(seq int64, n int) int64 { return seq<<placeBits | int64(n) }

func seqOf(place int64) int64 { return place >> placeBits }

// placesOf are the first and the last place of a signal.
func placesOf(seq int64) (first, last int64) { return seq << placeBits, (seq+1)<<placeBits - 1 }
