/**
 * A provider's wire as a host reads it: every endpoint that its session, its link and its feeds ask, with the fields and
 * words of their schemas. It is worked out from what is stated for reading, so the two cannot tell different things.
 */
import { StreamName, WireMap } from "@paymirror/core"
import * as SchemaAST from "effect/SchemaAST"
import type { List, Single } from "./Feed.ts"
import type { Question } from "./Opens.ts"
import { cursor, type Paging } from "./Paging.ts"
import { answerOf, feedOf, type Provider, type Published, refusalsOf, type Source } from "./Provider.ts"

type Streams = ReadonlyArray<StreamName.StreamName>
type Fields = ReadonlyArray<WireMap.Field>

/** A field with dots, and those it stands below. */
const down = (path: string, required: boolean): Fields =>
  path.split(".").map((_, depth, keys) => ({ path: keys.slice(0, depth + 1).join("."), required }))

/** What is said of a field more than once, as one. */
const once = (fields: Fields): Fields =>
  [...Map.groupBy(fields, ({ path }) => path)].map(([path, same]) => {
    const values = [...new Set(same.flatMap((field) => field.values ?? []))]
    return { path, required: same.some(({ required }) => required), ...(values.length > 0 && { values }) }
  })

/** A placeholder may have been escaped on its way into a path. */
const pathOf = (path: string): string =>
  path
    .split("/")
    .map((segment) => segment.replace(/^%7B(.+)%7D$/i, "{$1}"))
    .join("/")

const get = ({ path, schema }: Question, streams: Streams): WireMap.Endpoint => ({
  method: "GET",
  path: pathOf(path),
  streams,
  fields: WireMap.fieldsOf({ ast: SchemaAST.toEncoded(schema.ast) })
})

const ofSingle = (single: Single, streams: Streams): WireMap.Endpoint => ({
  ...get(single, streams),
  parameters: Object.keys(single.query)
})

/** What stands beside the rows because of how a list is cut, and the parameters that cut it and are of nobody. */
const cutBy = (paging: Paging): Required<Pick<WireMap.Endpoint, "envelope" | "parameters">> => {
  switch (paging._tag) {
    case "Whole":
      return { envelope: [], parameters: [] }
    case "Windows": {
      const { pages, refreshed, servedTo } = paging.answer
      const { page, size } = paging.parameters
      const beside = [refreshed, servedTo].map((path) => ({ path, required: false }))
      return { envelope: [{ path: pages, required: true }, ...beside], parameters: [page, size] }
    }
    case "Numbered":
      return { envelope: [], parameters: [...(paging.size === undefined ? [] : [paging.size]), paging.parameter] }
    case "Cursor":
      return {
        envelope: [{ path: paging.next, required: paging.ends === "empty" }],
        parameters: paging.size === undefined ? [] : [paging.size]
      }
  }
}

const ofList = (source: Source, list: List, streams: Streams): WireMap.Endpoint => {
  const { envelope, parameters } = cutBy(list.paging ?? source.paging ?? cursor())
  return {
    ...get(list, streams),
    rows: list.rows,
    envelope: [...envelope, ...list.alongside.map((path) => ({ path, required: false }))],
    parameters: [...Object.keys(list.query), ...parameters]
  }
}

const ofFeeds = (source: Source): ReadonlyArray<WireMap.Endpoint> =>
  StreamName.streamNames.flatMap((stream) => {
    const found = feedOf(source, stream)
    if (found === undefined || found.owner !== stream) return []
    const streams = StreamName.streamNames.filter((each) => feedOf(source, each)?.owner === stream)
    const { feed } = found
    if (feed._tag === "Single") return [ofSingle(feed, streams)]
    return [ofList(source, feed, streams), ...(feed.stated === undefined ? [] : [ofSingle(feed.stated, streams)])]
  })

/** An answer that is read for several reasons is one endpoint. */
const joined = (endpoints: ReadonlyArray<WireMap.Endpoint>): ReadonlyArray<WireMap.Endpoint> => {
  const found = new Map<string, WireMap.Endpoint>()
  for (const endpoint of endpoints) {
    const key = `${endpoint.path} ${endpoint.rows ?? ""}`
    const known = found.get(key)
    found.set(key, {
      ...endpoint,
      ...known,
      streams: [...new Set([...(known?.streams ?? []), ...endpoint.streams])],
      fields: once([...(known?.fields ?? []), ...endpoint.fields])
    })
  }
  return [...found.values()]
}

const post = (path: string, fields: Fields): WireMap.Endpoint => ({ method: "POST", path, streams: [], fields })

/** The calls that grant a token and end it. */
const ofTokens = (source: Provider | Published): ReadonlyArray<WireMap.Endpoint> => {
  const { answer } = "auth" in source ? source.auth : source.credentials
  const { accessToken, expiresIn, refreshToken } = answerOf(answer)
  const granted = [...down(accessToken, true), ...down(expiresIn, false)]
  return "auth" in source
    ? [post(source.auth.refresh, once([...granted, ...down(refreshToken, false)])), post(source.auth.revoke, [])]
    : [post(source.credentials.token, once(granted))]
}

/** A segment in braces (`{currency}`) stands for whatever a person's account has there. */
export const wireMap = (source: Provider | Published): WireMap.WireMap => {
  const { ended, field, others } = refusalsOf(source)
  return {
    mappedAgainst: source.mappedAgainst,
    endpoints: [
      ...ofTokens(source),
      ...joined([...ofFeeds(source), ...source.opens.questions.map((question) => get(question, []))])
    ],
    refusal: once([...down(field, true), { path: field, required: true, values: [...ended, ...others] }])
  }
}
