/**
 * The same interface for programs without Effect: a method per endpoint that takes one plain object and gives a promise,
 * `each` to walk a list over its pages, `events` to follow what happens. A call that fails rejects with its problem, an
 * `Error` with `type`, `status`, `title` and `detail`. Creating calls get an `Idempotency-Key` of their own unless one is
 * given; give one to be safe over a restart of your own.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as Stream from "effect/Stream"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpApiClient from "effect/http-api/HttpApiClient"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import type * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { Api } from "./Api.ts"
import { PaymirrorClient } from "./Client.ts"

export * as Problem from "./Problem.ts"

type Groups = (typeof Api)["groups"]
type Endpoint = HttpApiGroup.Endpoints<Groups[keyof Groups]>
type ByName = { readonly [E in Endpoint as E["identifier"]]: E }
type Name = keyof ByName

type Flat<T> = { readonly [K in keyof T]: T[K] }
type Part<S extends Schema.Constraint> = [S["Type"]] extends [never] ? unknown : S["Type"]
type Body<S extends Schema.Constraint> = [S] extends [never]
  ? unknown
  : S extends HttpApiSchema.StreamUint8Array
    ? { readonly file: Uint8Array | AsyncIterable<Uint8Array> }
    : S["Encoded"]

type Input<E extends Endpoint> = Flat<Part<E["~Params"]> & Part<E["~Query"]> & Body<E["~Payload"]>>
type Output<E extends Endpoint> =
  HttpApiClient.SuccessType<E["~Success"]> extends infer A
    ? A extends Stream.Stream<infer Item, unknown, unknown>
      ? AsyncIterable<Item>
      : A
    : never

export interface CallOptions {
  /** 1 to 200 printable characters; the same call with the same key happens once. */
  readonly idempotencyKey?: string
  /** Where to go on after, for `streamEvents`. */
  readonly lastEventId?: string
}

type Call<E extends Endpoint> =
  Partial<Input<E>> extends Input<E>
    ? (input?: Input<E>, options?: CallOptions) => Promise<Output<E>>
    : (input: Input<E>, options?: CallOptions) => Promise<Output<E>>

type Methods = { readonly [N in Name]: Call<ByName[N]> }

/** The endpoints that give pages. */
type Listing = {
  [N in Name]: Output<ByName[N]> extends { readonly items: ReadonlyArray<unknown> }
    ? "cursor" extends keyof Input<ByName[N]>
      ? N
      : never
    : never
}[Name]

type Item<N extends Listing> = Output<ByName[N]> extends { readonly items: ReadonlyArray<infer One> } ? One : never

export interface Paymirror extends Methods {
  /** Every item of a list, page after page. `listChanges` ends with what there is now. */
  readonly each: <N extends Listing>(name: N, input?: Omit<Input<ByName[N]>, "cursor">) => AsyncIterable<Item<N>>
  /** Lets go of what the client holds. */
  readonly close: () => Promise<void>
}

export interface Options {
  /** Where the orchestrator answers, as `https://mirror.example`. */
  readonly baseUrl: string
  readonly apiKey: string
  /** Another `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

type Values = Readonly<Record<string, unknown>>

interface Shape {
  readonly group: string
  readonly name: string
  readonly params: ReadonlySet<string>
  readonly query: ReadonlySet<string>
  readonly headers: ReadonlySet<string>
  /** Makes the body of what was given, where there is one. */
  readonly payload: ((given: Values) => unknown) | undefined
}

const fieldsOf = (schema: Schema.Top | undefined): ReadonlySet<string> =>
  new Set(
    schema !== undefined && SchemaAST.isObjects(schema.ast)
      ? schema.ast.propertySignatures.map(({ name }) => String(name))
      : []
  )

const streamed = (file: unknown): unknown =>
  file instanceof Uint8Array
    ? Stream.make(file)
    : Stream.fromAsyncIterable(file as AsyncIterable<Uint8Array>, (cause) => cause)

/** A file is streamed; what is secret in a body is wrapped, so that no error shows it. */
const bodyOf = (schemas: ReadonlyArray<Schema.Top>) => {
  const decode = Schema.decodeUnknownSync(Schema.Union(schemas) as unknown as Schema.Codec<unknown>)
  return (given: Values): unknown => ("file" in given ? streamed(given["file"]) : decode(given))
}

const shapes: ReadonlyArray<Shape> = Object.values(Api.groups).flatMap((group) =>
  Object.values(group.endpoints).map(({ headers, identifier, params, payload, query }) => ({
    group: group.identifier,
    name: identifier,
    params: fieldsOf(params),
    query: fieldsOf(query),
    headers: fieldsOf(headers),
    payload: payload.size === 0 ? undefined : bodyOf([...payload.values()].flatMap(({ schemas }) => schemas))
  }))
)

const pick = (input: Values, names: ReadonlySet<string>): Values =>
  Object.fromEntries(Object.entries(input).filter(([name, value]) => names.has(name) && value !== undefined))

/** The request as the typed client takes it. */
const requestOf = ({ headers, params, payload, query }: Shape, input: Values, options: CallOptions): Values => {
  const rest = Object.fromEntries(
    Object.entries(input).filter(([name, value]) => !params.has(name) && !query.has(name) && value !== undefined)
  )
  return {
    params: pick(input, params),
    query: pick(input, query),
    headers: {
      ...(headers.has("idempotency-key") && { "idempotency-key": options.idempotencyKey ?? crypto.randomUUID() }),
      ...(options.lastEventId !== undefined && { "last-event-id": options.lastEventId })
    },
    ...(payload !== undefined && { payload: payload(rest) })
  }
}

export const connect = ({ apiKey, baseUrl, fetch }: Options): Paymirror => {
  const http =
    fetch === undefined
      ? FetchHttpClient.layer
      : Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))
  const runtime = ManagedRuntime.make(
    PaymirrorClient.layer({ baseUrl, apiKey: Redacted.make(apiKey, { label: "API key" }) }).pipe(Layer.provide(http))
  )
  const call =
    (shape: Shape) =>
    async (input: Values = {}, options: CallOptions = {}) => {
      const answer = await runtime.runPromise(
        Effect.flatMap(PaymirrorClient, (client) => {
          const groups = client as unknown as Record<
            string,
            Record<string, (request: Values) => Effect.Effect<unknown, unknown>>
          >
          return groups[shape.group]?.[shape.name]?.(requestOf(shape, input, options)) ?? Effect.die(shape.name)
        })
      )
      return Stream.isStream(answer) ? Stream.toAsyncIterable(answer as Stream.Stream<unknown, unknown>) : answer
    }
  const methods = Object.fromEntries(shapes.map((shape) => [shape.name, call(shape)]))
  const each = async function* (name: string, input: Values = {}) {
    for (let cursor: string | undefined, more = true; more;) {
      const page = (await methods[name]?.({ ...input, cursor })) as {
        readonly items: ReadonlyArray<unknown>
        readonly nextCursor?: string
        readonly hasMore?: boolean
      }
      yield* page.items
      cursor = page.nextCursor
      more = page.hasMore ?? cursor !== undefined
    }
  }
  return { ...methods, each, close: () => runtime.dispose() } as unknown as Paymirror
}
