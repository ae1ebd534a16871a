package policy

import (
	"errors"
	"fmt"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

// check validates the policies against the schema. The validator is marked
// experimental by its makers, so it is used in this file only.
func check(text string, policies cedar.PolicyMap) error {
	var s schema.Schema
	if err := s.UnmarshalCedar([]byte(text)); err != nil {
		return fmt.Errorf("policy schema: %w", err)
	}
	resolved, err := s.Resolve()
	if err != nil {
		return fmt.Errorf("policy schema: %w", err)
	}
	v := validate.New(resolved)
	var bad []error
	for id, p := range policies.All() {
		if err := v.Policy(string(id), (*ast.Policy)(p.AST())); err != nil {
			bad = append(bad, fmt.Errorf("policy %s: %w", id, err))
		}
	}
	return errors.Join(bad...)
}
