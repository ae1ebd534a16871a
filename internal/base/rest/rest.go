// Package rest lets programs do what pages let people do: a desk lists its
// Operations, whose handlers decode, call one verb and encode, and from the same
// table comes the contract, an OpenAPI 3.1 document.
//
// Every operation is a Route of package web, with its headers, limits, door and
// one map from faults to HTTP. Added here is what programs need: answers that
// are whole or a refusal, keys that make a repeated POST harmless (Keyed), the
// version that a change was decided on (Match), the purpose of a reading
// (Purposed), and lists in pages (Paged).
//
// Start at Operation, then API.Add.
package rest

import (
	"context"
	"crypto/cipher"
	"embed"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
)

// Root is where all operations are; the contract stands beside it. Within a
// version, the contract only ever grows.
const (
	Root     = "/api/v1"
	Contract = "/api/openapi.json"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of this package.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("rest", files) }

// Config is what an API needs of its node. All of it is required.
type Config struct {
	DB    *sqldb.DB
	Log   *slog.Logger
	Clock clock.Clock

	// Key keys what is sealed here. It has at least 16 bytes, is the same in all
	// processes of a node and lives outside its database.
	Key []byte

	Title, Version string

	// Purposes are the values of the purpose header.
	Purposes []string

	// Say gives the sentence for an operation's id, in the contract's language.
	Say func(id string) string

	// Add takes the routes.
	Add func(...web.Route)
}

// API is the operations of a node.
type API struct {
	cfg     Config
	huma    huma.API
	ops     []Operation
	cursors cipher.AEAD
	keys    keyring
}

// New makes an API without operations and adds the route of its contract.
func New(cfg Config) (*API, error) {
	if len(cfg.Key) < 16 {
		return nil, fault.New(fault.Invalid, "rest.New", "api.short_key")
	}
	a := &API{cfg: cfg}
	var err error
	if a.cursors, err = sealer(cfg.Key, "cursor"); err != nil {
		return nil, err
	}
	if a.keys, err = newKeyring(cfg); err != nil {
		return nil, err
	}
	h := blank(cfg)
	h.OnAddOperation = append(h.OnAddOperation, a.document)
	a.huma = huma.NewAPI(h, adapter{a})
	cfg.Add(web.Route{Method: http.MethodGet, Path: Contract, Public: true, Handle: a.contract})
	return a, nil
}

// blank is a contract without operations.
func blank(cfg Config) huma.Config {
	return huma.Config{OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: cfg.Title, Version: cfg.Version},
		Components: &huma.Components{
			Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"token":   {Type: "http", Scheme: "bearer"},
				"session": {Type: "apiKey", In: "cookie", Name: "lodestar", Description: "A person's session; the node may add to the name"},
			},
		},
		Security: []map[string][]string{{"token": {}}, {"session": {}}},
	}, Formats: map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}, DefaultFormat: "application/json"}
}

// Operation is one row of a desk's table for programs.
type Operation struct {
	ID     string // kebab-case; the sentence about it is the message "api.op." + ID
	Method string
	Path   string // below Root
	Verb   string // as in policy and ledger
	Keyed  bool   // a POST that creates or sends: it takes an Idempotency-Key, and answers with a Location
	Body   int64  // bytes it may be sent; 0: 1 MiB
	Status int    // of success; 0: 200

	register func(*API, huma.Operation)
	located  bool // its output has a Location
}

// Handler calls one verb. Its input and output are structs as huma describes
// them: fields with the tags path, query and header, and a Body.
type Handler[I, O any] func(context.Context, *I) (*O, error)

// Serves completes an operation with its handler.
func Serves[I, O any](op Operation, h Handler[I, O]) Operation {
	_, op.located = reflect.TypeFor[O]().FieldByName("Location")
	op.register = func(a *API, described huma.Operation) {
		huma.Register(a.huma, described, func(ctx context.Context, in *I) (*O, error) {
			out, err := h(ctx, in)
			visitOf(ctx).err = err
			return out, err
		})
	}
	return op
}

// Add adds operations. It panics if two of them contradict each other, or one
// itself.
func (a *API) Add(ops ...Operation) {
	for _, op := range ops {
		if op.Body == 0 {
			op.Body = 1 << 20
		}
		if op.Keyed && !op.located {
			panic("rest: " + op.ID + " takes a key and does not say where what it did can be read")
		}
		a.ops = append(a.ops, op)
		op.register(a, huma.Operation{
			OperationID: op.ID, Method: op.Method, Path: Root + op.Path, Summary: a.cfg.Say(op.ID), DefaultStatus: op.Status,
			MaxBodyBytes: -1, BodyReadTimeout: -1, // package web has limited both
			RejectUnknownQueryParameters: true,
			Metadata:                     map[string]any{rowOf: op},
			Extensions:                   map[string]any{"x-verb": op.Verb},
			Responses:                    map[string]*huma.Response{"default": a.refusals()},
		})
	}
	a.tidy()
}

// rowOf is the metadata under which huma carries the row to the adapter.
const rowOf = "row"

// Operations lists the operations in the order in which they were added.
func (a *API) Operations() []Operation { return a.ops }
