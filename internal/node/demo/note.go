package demo

import "lodestar/internal/kernel/evidence"

// note is a referral while it is being written.
type note struct{ in evidence.Incoming }

// mention adds somebody or something and returns its 1-based index.
func (n *note) mention(kind evidence.MentionKind, role evidence.Role, of int, d evidence.Details) int {
	n.in.Mentions = append(n.in.Mentions, evidence.IncomingMention{Kind: string(kind), Role: string(role), Of: of, Details: d})
	return len(n.in.Mentions)
}

// age sets the age class of a mention.
func (n *note) age(at int, class evidence.AgeClass) { n.in.Mentions[at-1].Age = string(class) }

// relate says how two mentions stand to one another.
func (n *note) relate(from, to int, kind evidence.RelationKind) {
	n.in.Relations = append(n.in.Relations, evidence.IncomingLink{From: from, To: to, Kind: string(kind)})
}
