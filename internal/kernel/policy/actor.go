package policy

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
)

type actorKey struct{}

// WithActor puts the signed-in actor into the context of a request. The context
// carries who asks; what they may do is decided anew for every act.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is the actor of a request; fault.Unknown if nobody is signed in.
func ActorOf(ctx context.Context) (Actor, error) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	if !ok {
		return Actor{}, fault.New(fault.Unknown, "policy.ActorOf", "fault.unknown")
	}
	return a, nil
}

// Has tells whether the actor has the role.
func (a Actor) Has(role string) bool { return slices.Contains(a.Roles, role) }
