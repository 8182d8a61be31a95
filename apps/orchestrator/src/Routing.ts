/**
 * Which connector serves which stream, for whom: the preferences of a market held against the connectors of this
 * installation, what the host may use and what a person has linked. Every question gets an answer, with its reason and
 * with all that was passed over. It decides from facts alone: it reads nothing and contacts nobody.
 */
import { Manifest, StreamName } from "@paymirror/core"
import { orderOf, type Preference } from "./Preference.ts"

/** One way there is: a connector, and which of its banks. */
export interface Candidate {
  readonly connector: string
  readonly institution?: string
  /** Narrowed to the bank. */
  readonly manifest: Manifest.Manifest
  /** What the host would need and does not have. */
  readonly missing: ReadonlyArray<string>
  /** Somebody between the bank and the host sees the data too. */
  readonly aggregator?: boolean
}

/** A connection of the person that can be read now. */
export interface Linked {
  readonly connectionId: string
  readonly connector: string
  readonly institution?: string | undefined
  readonly streams: ReadonlyArray<StreamName.StreamName>
}

export interface Question {
  readonly market: string
  readonly provider: string
  readonly candidates: ReadonlyArray<Candidate>
  /** Absent: nobody in particular asks, and nothing has to be linked. */
  readonly linked?: ReadonlyArray<Linked>
}

export type Role = "live" | "history"

export interface Chosen {
  readonly connector: string
  readonly institution?: string
  readonly route: Manifest.Route
  readonly maturity: Manifest.Maturity
  readonly why: string
  /** The connection it is read over; absent where it has yet to be linked. */
  readonly connectionId?: string
}

export type Reason =
  | "market_not_served"
  | "not_by_law"
  | "no_such_stream"
  | "history_only"
  | "no_history"
  | "configuration"
  | "not_linked"
  | "illustrative"
  | "later"

export interface PassedOver {
  readonly connector: string
  readonly institution?: string
  readonly for: ReadonlyArray<Role>
  readonly reason: Reason
  readonly why: string
}

export interface Choice {
  readonly stream: StreamName.StreamName
  readonly live: Chosen | undefined
  readonly history: Chosen | undefined
  /** What nobody serves, in words. */
  readonly gap: string | undefined
  readonly passedOver: ReadonlyArray<PassedOver>
}

const maturities: ReadonlyArray<Manifest.Maturity> = Manifest.Maturity.literals

/** `psd2 (klarna-de)`. */
export const nameOf = (one: { readonly connector: string; readonly institution?: string | undefined }): string =>
  one.institution === undefined ? one.connector : `${one.connector} (${one.institution})`

const who = (one: Candidate | Linked) => ({
  connector: one.connector,
  ...(one.institution !== undefined && { institution: one.institution })
})

/** Whether it is about this provider at all. A file may be of any, unless more is known of this provider's files. */
const reads = ({ connector, manifest }: Candidate, { candidates, provider }: Question): boolean =>
  manifest.provider === provider ||
  (manifest.provider === "" &&
    !candidates.some((other) => other.connector === connector && other.manifest.provider === provider))

interface Refused {
  readonly reason: Reason
  readonly why: string
}

const abroad = ({ institution, manifest }: Candidate, market: string): string =>
  institution === undefined ? `does not serve ${market}` : `no bank of ${manifest.provider} in ${market} is known`

/** Why a candidate cannot have this role at all, or the preference it stands under. */
const standing = (
  { candidate, role, stream }: { candidate: Candidate; role: Role; stream: StreamName.StreamName },
  market: string
): Refused | (Preference & { readonly place: number }) => {
  const { manifest, missing } = candidate
  const order = orderOf(market, stream)
  if (!serves(candidate, market)) return { reason: "market_not_served", why: abroad(candidate, market) }
  const never = order.never[manifest.route]
  if (never !== undefined) return { reason: "not_by_law", why: never }
  const capability = manifest.streams[stream]
  if (capability === undefined) return { reason: "no_such_stream", why: "does not read it" }
  if (role === "live" && capability.live === undefined && capability.via === undefined) {
    return { reason: "history_only", why: "is for the past only" }
  }
  if (role === "history" && !capability.backfill) return { reason: "no_history", why: "shows no past" }
  if (missing.length > 0) return { reason: "configuration", why: `this host lacks ${missing.join(", and ")}` }
  const place = order[role].findIndex(({ route }) => route === manifest.route)
  const preference = order[role][place]
  return preference === undefined
    ? { reason: "later", why: `is no way to ${role === "live" ? "keep up with" : "seed"} it here` }
    : { ...preference, place }
}

interface Fit {
  readonly candidate: Candidate
  readonly preference: Preference & { readonly place: number }
  readonly connection: Linked | undefined
}

const alphabetical = (one: string, two: string): number => Number(one > two) - Number(one < two)

/** Best first; two that are equal in all else stand in the order of their names, and the newer connection before the older. */
const compare =
  (linkedFirst: boolean) =>
  (one: Fit, two: Fit): number =>
    (linkedFirst ? Number(one.connection === undefined) - Number(two.connection === undefined) : 0) ||
    one.preference.place - two.preference.place ||
    Number(one.candidate.aggregator === true) - Number(two.candidate.aggregator === true) ||
    maturities.indexOf(one.candidate.manifest.maturity) - maturities.indexOf(two.candidate.manifest.maturity) ||
    alphabetical(nameOf(one.candidate), nameOf(two.candidate)) ||
    alphabetical(two.connection?.connectionId ?? "", one.connection?.connectionId ?? "")

const whyNot = (fit: Fit, best: Fit, role: Role): Refused => {
  const { candidate, connection, preference } = fit
  const first = nameOf(best.candidate)
  if (best.connection !== undefined && connection === undefined && preference.place <= best.preference.place) {
    return { reason: "not_linked", why: `is not linked, and ${first} is` }
  }
  if (
    role === "live" &&
    candidate.manifest.maturity === "illustrative" &&
    best.candidate.manifest.maturity !== "illustrative"
  ) {
    return { reason: "illustrative", why: `nobody has published its wire; ${first} follows what is published` }
  }
  return {
    reason: "later",
    why:
      preference.place === best.preference.place && candidate.aggregator === true
        ? `${first} needs nobody in between`
        : `${first} comes first: ${best.preference.why}`
  }
}

const pick = (question: Question, stream: StreamName.StreamName, role: Role) => {
  const refused: Array<{ readonly candidate: Candidate } & Refused> = []
  const fits: Array<Fit> = []
  for (const candidate of question.candidates) {
    if (!reads(candidate, question)) continue
    const found = standing({ candidate, role, stream }, question.market)
    if ("reason" in found) refused.push({ candidate, ...found })
    else {
      const connection = question.linked?.find(
        (one) =>
          one.connector === candidate.connector &&
          one.institution === candidate.institution &&
          one.streams.includes(stream)
      )
      fits.push({ candidate, preference: found, connection })
    }
  }
  // A file is not linked before it is imported, so the past is filled in by whoever does it best.
  const [best, ...others] = fits.toSorted(compare(role === "live" && question.linked !== undefined))
  return {
    chosen: best,
    passedOver: [...refused, ...others.map((fit) => ({ candidate: fit.candidate, ...whyNot(fit, best as Fit, role) }))]
  }
}

const chosenOf = ({ candidate, connection, preference }: Fit): Chosen => ({
  ...who(candidate),
  route: candidate.manifest.route,
  maturity: candidate.manifest.maturity,
  why: preference.why,
  ...(connection !== undefined && { connectionId: connection.connectionId })
})

const serves = ({ manifest }: Candidate, market: string): boolean =>
  manifest.markets.length === 0 || manifest.markets.includes(market)

/** A connector none of whose banks serves the market is told once; one reason for both roles is told once. */
const gather = (
  passed: ReadonlyArray<{ readonly candidate: Candidate; readonly role: Role } & Refused>,
  question: Question
): ReadonlyArray<PassedOver> => {
  const here = new Set(
    question.candidates
      .filter((one) => reads(one, question) && serves(one, question.market))
      .map(({ connector }) => connector)
  )
  const found = new Map<string, PassedOver>()
  for (const { candidate, reason, role, why } of passed) {
    const elsewhere = reason === "market_not_served"
    if (elsewhere && here.has(candidate.connector)) continue
    const named = elsewhere ? { connector: candidate.connector } : who(candidate)
    const key = `${nameOf(named)}\n${why}`
    const roles = found.get(key)?.for ?? []
    found.set(key, { ...named, reason, why, for: roles.includes(role) ? roles : [...roles, role] })
  }
  return [...found.values()].toSorted((one, two) => alphabetical(nameOf(one), nameOf(two)))
}

/** Who serves one stream. */
const choose = (question: Question, stream: StreamName.StreamName): Choice => {
  const live = pick(question, stream, "live")
  const history = pick(question, stream, "history")
  const passedOver = gather(
    [
      ...live.passedOver.map((one) => ({ ...one, role: "live" as const })),
      ...history.passedOver.map((one) => ({ ...one, role: "history" as const }))
    ],
    question
  )
  const gap =
    live.chosen === undefined
      ? history.chosen === undefined
        ? "no connector reaches it"
        : "nothing keeps it current"
      : undefined
  return {
    stream,
    live: live.chosen === undefined ? undefined : chosenOf(live.chosen),
    history: history.chosen === undefined ? undefined : chosenOf(history.chosen),
    gap,
    passedOver
  }
}

/** Who serves each stream. */
export const routes = (question: Question): ReadonlyArray<Choice> =>
  StreamName.streamNames.map((stream) => choose(question, stream))

/** A live connection and the accounts it reaches. */
export interface Reader extends Linked {
  readonly candidate: Candidate
  readonly accounts: ReadonlyArray<{ readonly accountId: string; readonly market: string | undefined }>
}

/** A stream of an account that two connections reach: this one leaves it to the other. */
export interface Contested {
  readonly accountId: string
  readonly stream: StreamName.StreamName
  readonly connectionId: string
  readonly instead: string
  readonly why: string
}

/** Where several connections of a person reach the same stream of the same account, all but one step back. */
export const contested = (readers: ReadonlyArray<Reader>): ReadonlyArray<Contested> => {
  const claims = new Map<string, Array<{ readonly reader: Reader; readonly market: string | undefined }>>()
  for (const reader of readers) {
    for (const { accountId, market } of reader.accounts) {
      for (const stream of reader.streams) {
        if (reader.candidate.manifest.streams[stream]?.live === undefined) continue
        const key = `${accountId}\n${stream}`
        claims.set(key, [...(claims.get(key) ?? []), { reader, market }])
      }
    }
  }
  return [...claims].flatMap(([key, claimed]) => {
    if (claimed.length < 2) return []
    const [accountId = "", stream = ""] = key.split("\n")
    const fits = claimed.map(({ market, reader }): Fit => {
      const found = standing(
        // What the host lacks is told when it is read; it is no reason to read over two ways.
        { candidate: { ...reader.candidate, missing: [] }, role: "live", stream: stream as StreamName.StreamName },
        market ?? reader.candidate.manifest.markets[0] ?? ""
      )
      const preference =
        "reason" in found ? { route: reader.candidate.manifest.route, why: found.why, place: 99 } : found
      return { candidate: reader.candidate, preference, connection: reader }
    })
    const [best, ...others] = fits.toSorted(compare(false))
    return others.map((fit): Contested => ({
      accountId,
      stream: stream as StreamName.StreamName,
      connectionId: fit.connection?.connectionId ?? "",
      instead: best?.connection?.connectionId ?? "",
      why: whyNot(fit, best as Fit, "live").why
    }))
  })
}
