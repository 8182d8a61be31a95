/**
 * Silver: what crosses the connector's boundary. Hosts and verbs are read off the {@link Recorder}, so they are held
 * even where the far side keeps no ledger; secrets are looked for in every error, log line, span and address.
 */
import { CalendarDate, Instant } from "@paymirror/core"
import type { Manifest } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Formatter from "effect/Formatter"
import * as Redacted from "effect/Redacted"
import type { Check } from "../Check.ts"
import { Skipped } from "../Check.ts"
import type { FarSide, Linked } from "../Subject.ts"
import * as Stage from "../Stage.ts"
import { ensure, listed, ofSession, online, onStage } from "./onStage.ts"

const safeVerbs = new Set(["GET", "HEAD", "OPTIONS"])

/** Strings in a grant that are long enough to be a secret and are neither a date nor an address. */
const leaves = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") {
    const plain = CalendarDate.is(value) || Instant.parse(value) !== undefined || URL.canParse(value)
    return value.length < 8 || plain ? [] : [value]
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : []
}

const inside = (grant: Linked["grant"]): ReadonlyArray<string> => {
  const text = Redacted.value(grant)
  try {
    return leaves(JSON.parse(text))
  } catch {
    return text.length < 8 ? [] : [text]
  }
}

/**
 * The standards of account information put ids of consents and accounts into the path, and with it into a client's span;
 * what keeps the account is beside them (a token, a certificate). Anywhere else they are as secret as the rest.
 */
const inPath = ({ route }: Manifest.Manifest): boolean => route === "psd2"

const segments = (addresses: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(addresses.flatMap((address) => new URL(address).pathname.split("/").map(decodeURIComponent)))

/** Scenes in which a connector is tempted to tell too much. */
const scenes = (stage: Stage.Stage): ReadonlyArray<readonly [string, Effect.Effect<void>]> => {
  const { far } = stage
  const [first] = online(stage.manifest) ? listed(stage.manifest) : []
  const named = (
    scene: keyof FarSide,
    act: Effect.Effect<void> | undefined
  ): ReadonlyArray<readonly [string, Effect.Effect<void>]> => (act === undefined ? [] : [[scene, act]])
  return [
    ["a plain read", Effect.void],
    ...named("expireAccess", far.expireAccess),
    ...named("rejectAccess", far.rejectAccess),
    ...named(
      "loseRefresh",
      far.expireAccess === undefined ? undefined : far.loseRefresh?.pipe(Effect.andThen(far.expireAccess))
    ),
    ...named("revoke", far.revoke),
    ...named("revoke", far.expireAccess === undefined ? undefined : far.revoke?.pipe(Effect.andThen(far.expireAccess))),
    ...named("botPage", far.botPage),
    ...named("throttle", far.throttle?.(30)),
    ...named("failNext", far.failNext?.(1000)),
    ...named("malformRow", first === undefined ? undefined : far.malformRow?.(first)),
    ...named("unknownValue", first === undefined ? undefined : far.unknownValue?.(first))
  ]
}

/** Links and reads once with whatever the scene does, and returns all that was said and the secrets of the day. */
const overhear = (stage: Stage.Stage, act: Effect.Effect<void>, paths: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* stage.capture.console
    const said: Array<{ readonly where: string; readonly text: string }> = []
    const linkeds = [stage.linked]
    const tell = (error: Error): void => {
      const where = "an error"
      said.push({
        where,
        text: `${error.message} ${error.stack ?? ""} ${Formatter.format(error)} ${JSON.stringify(error)}`
      })
    }
    for (const path of paths) {
      yield* stage
        .upload(path)
        .pipe(Effect.match({ onFailure: tell, onSuccess: (linked) => void linkeds.push(linked) }))
    }
    const secrets = new Set(stage.secrets)
    for (const [index, linked] of linkeds.entries()) {
      const session = stage.sessionOf(linked)
      const walks = Stage.walksOf(stage.manifest, linked)
      for (const walk of walks.slice(0, 1)) yield* stage.listen(walk, { session })
      if (index === 0) yield* act
      for (const walk of walks) {
        const { error, events } = yield* stage.listen(walk, { session })
        if (error !== undefined) tell(error)
        for (const event of events) {
          if (event._tag === "Quarantined") said.push({ where: "a quarantine reason", text: event.reason })
          if (event._tag === "Drift") said.push({ where: "a drift path", text: event.path })
          if (event._tag === "Checkpoint") said.push({ where: "a checkpoint", text: event.checkpoint })
        }
      }
      if (online(stage.manifest)) {
        inside(linked.grant).forEach((secret) => secrets.add(secret))
        const last = yield* Effect.option(session.current)
        if (last._tag === "Some") inside(last.value.grant).forEach((secret) => secrets.add(secret))
      }
    }
    if (online(stage.manifest)) yield* stage.relink.pipe(Effect.match({ onFailure: tell, onSuccess: () => undefined }))
    stage.secrets.forEach((secret) => secrets.add(secret))
    const addresses = stage.recorder.addresses()
    const named = inPath(stage.manifest) ? segments(addresses) : new Set<string>()
    const hidden = new Set([...secrets].filter((secret) => !named.has(secret) || stage.secrets.includes(secret)))
    const heard = [...said, ...stage.capture.said()].map((each) => ({
      ...each,
      of: each.where.startsWith("the span") ? hidden : secrets
    }))
    const sent = addresses.flatMap((text) => [
      { where: "an address", text, of: hidden },
      { where: "the query of an address", text: new URL(text).search, of: secrets }
    ])
    return { secrets, said: [...heard, ...sent] }
  }).pipe(Effect.scoped)

export const boundary: ReadonlyArray<Check> = [
  onStage({
    id: "C19",
    title: "no secret stands in an error, a log line, a span, a checkpoint or an address",
    level: "silver",
    wouldHaveCaught: "a refresh token in the error that support pastes into a ticket",
    play: (_, another) =>
      Effect.gen(function* () {
        const { far, ...first } = yield* another
        const files = [far.files?.badRows?.path, far.files?.unknown].filter((path) => path !== undefined)
        for (const index of scenes({ ...first, far }).keys()) {
          const stage = yield* another
          const [scene, act] = scenes(stage)[index] ?? ["a plain read", Effect.void]
          const { said, secrets } = yield* overhear(stage, act, files)
          if (secrets.size === 0) return yield* new Skipped({ reason: "no secret was planted" })
          for (const { of, text, where } of said) {
            const leaked = [...of].filter((secret) => text.includes(secret)).length
            yield* ensure(leaked === 0, "their token in somebody's log", () => `in ${where}, scene ${scene}`)
          }
        }
      })
  }),
  onStage({
    id: "C20",
    title: "only the manifest's hosts are contacted, and only through HttpClient",
    level: "silver",
    wouldHaveCaught: "a telemetry call to somebody else, with the account in its path",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) yield* stage.listen(walk)
        if (stage.far.expireAccess !== undefined) yield* stage.far.expireAccess
        for (const walk of stage.walks) yield* stage.listen(walk)
        yield* Effect.ignore(stage.connector.revoke(stage.session))
        const around = stage.recorder.around()
        const foreign = stage.recorder.sent().filter(({ allowed }) => !allowed)
        yield* ensure(foreign.length === 0, "their data at a third party", () =>
          [...new Set(foreign.map(({ host }) => host))].join(", ")
        )
        yield* ensure(around.length === 0, "requests no firewall rule knows of", () => `global fetch to ${around[0]}`)
        if (stage.far.requests === undefined) return
        const arrived = (yield* stage.far.requests).length
        const sent = stage.recorder.sent().length
        yield* ensure(
          arrived <= sent,
          "requests no firewall rule knows of",
          () => `${arrived} arrived, ${sent} went through HttpClient`
        )
      })
  }),
  onStage({
    id: "W1",
    title: "nothing is written at the provider beyond the session itself",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "a read that marks messages as seen, or accepts terms on the person's behalf",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) yield* stage.listen(walk)
        if (stage.far.expireAccess !== undefined) yield* stage.far.expireAccess
        for (const walk of stage.walks) yield* stage.listen(walk)
        yield* Effect.ignore(stage.connector.revoke(stage.session))
        const written = stage.recorder
          .sent()
          .filter(({ method, path }) => !safeVerbs.has(method) && !ofSession(stage.far, path))
        yield* ensure(written.length === 0, "something done in their name", () =>
          written
            .slice(0, 3)
            .map(({ method, path }) => `${method} ${path}`)
            .join(", ")
        )
      })
  }),
  onStage({
    id: "I1",
    title: "interrupting a read closes what it opened",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "requests that go on after consent was withdrawn; sockets that pile up",
    play: (stage) =>
      Effect.gen(function* () {
        const quiet = Effect.gen(function* () {
          const before = stage.recorder.sent().length
          yield* Effect.sleep(60)
          const later = stage.recorder.sent().length - before
          yield* ensure(
            stage.recorder.inFlight() === 0 && later === 0,
            "reads that go on after they said stop",
            () => `${stage.recorder.inFlight()} requests open, ${later} more sent`
          )
        })
        for (const walk of stage.walks) {
          yield* stage.listen(walk, { upTo: 1 })
          yield* quiet
        }
        const walk = stage.walks[0]
        const stall = yield* stage.can("stall")
        if (walk === undefined) return
        yield* stall
        const reading = yield* Effect.forkChild(stage.listen(walk))
        while (stage.recorder.inFlight() === 0 && reading.pollUnsafe() === undefined) yield* Effect.sleep(5)
        const stopped = yield* Fiber.interrupt(reading).pipe(Effect.timeoutOption(stage.patience))
        yield* ensure(
          stopped._tag === "Some",
          "a stop button that does nothing",
          () => "the read cannot be interrupted"
        )
        yield* quiet
      })
  })
]
