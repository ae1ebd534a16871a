package protection

import (
	"time"

	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology/indicator"
)

// KindScreening is the kind of the signal that a screening records.
const KindScreening = "screening"

// incoming is the signal of an intake: the person, and what she named. Her
// answers are codes; their result is derived downstream, never kept as a verdict
// on her.
func (in Intake) incoming(now time.Time) evidence.Incoming {
	out := evidence.Incoming{
		Ref: "screening/" + id.New[id.Signal]().String(), Kind: KindScreening, Observed: now.Format(time.RFC3339), Grade: "B2",
		Handling: evidence.Handling{Code: "H3", NoImmigration: true}, Coded: map[string]string{"danger": in.Danger, "language": in.Language},
	}
	for code, answer := range in.Answers {
		if answer != indicator.NotAsked {
			out.Coded["ilo."+code] = string(answer)
		}
	}
	add := func(m evidence.IncomingMention) int {
		out.Mentions = append(out.Mentions, m)
		return len(out.Mentions)
	}
	relate := func(from, to int, kind evidence.RelationKind) {
		out.Relations = append(out.Relations, evidence.IncomingLink{From: from, To: to, Kind: string(kind)})
	}
	she := evidence.IncomingMention{Kind: string(evidence.Person), Role: string(evidence.PresumedVictim), Age: in.Age}
	if in.Name != "" {
		she.Names = []string{in.Name}
	}
	person := add(she)
	if in.Phone != "" {
		m := evidence.IncomingMention{Kind: string(evidence.Phone), Of: person}
		m.Value = in.Phone
		relate(person, add(m), evidence.Uses)
	}
	if in.Recruiter != "" || in.RecPhone != "" {
		// Also without a name he is somebody else: his number is not hers.
		m := evidence.IncomingMention{Kind: string(evidence.Person), Role: string(evidence.Recruiter), Age: string(evidence.Adult)}
		if in.Recruiter != "" {
			m.Names = []string{in.Recruiter}
		}
		recruiter := add(m)
		relate(person, recruiter, evidence.RecruitedBy)
		if in.RecPhone != "" {
			m := evidence.IncomingMention{Kind: string(evidence.Phone), Of: recruiter}
			m.Value = in.RecPhone
			phone := add(m)
			relate(recruiter, phone, evidence.Uses)
			relate(person, phone, evidence.ControlledBy)
		}
	}
	if in.Place != "" {
		m := evidence.IncomingMention{Kind: string(evidence.Place), Of: person}
		m.Line = in.Place
		relate(person, add(m), evidence.HeldAt)
	}
	return out
}
