/** Link sessions, for a tenant's program: it opens one, and the person completes it on their page or through the program. */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import * as Connectors from "../../Connectors.ts"
import { type Answer, Linking } from "../../linking/Linking.ts"
import type { LinkSession, Step } from "../../linking/LinkSession.ts"
import * as LinkSessions from "../../linking/LinkSessions.ts"
import { notCancelled, notTaken, unready } from "../../linking/overHttp.ts"
import { propose } from "../../linking/Proposal.ts"
import { ownCopy } from "../../linking/settle.ts"
import * as Reading from "../Reading.ts"
import { presenceIn } from "../presenceIn.ts"
import * as Site from "../Site.ts"
import * as Tenants from "../Tenants.ts"
import * as Visible from "../Visible.ts"

const stepOf = (step: Step, notice: string) => {
  switch (step._tag) {
    case "Agree":
      return { type: "agree", notice } as const
    case "Redirect":
      return { type: "redirect", url: step.url } as const
    case "Approve": {
      const { message, pollAfterSeconds, until } = step
      return { type: "approve", message, pollAfterSeconds, ...(until !== undefined && { until }) } as const
    }
    case "Prompt":
      return { type: "prompt", message: step.message, fields: step.fields } as const
  }
}

/** A session as the interface shows it. */
const shown = (session: LinkSession) =>
  Effect.gen(function* () {
    const { connector, detail, expiresAt, holderId, linked, linkSessionId, notice, settings, status, streams } = session
    const open = status === "open" ? yield* Effect.orDie(LinkSessions.conversation(linkSessionId)) : undefined
    const institution = settings["institution"]
    return {
      linkSessionId,
      holderId,
      connector,
      ...(institution !== undefined && { institution }),
      streams,
      status,
      ...(open !== undefined && { step: stepOf(open.step, notice.text) }),
      ...(detail !== undefined && { detail }),
      ...linked,
      expiresAt
    }
  })

const found = (linkSessionId: string) =>
  Effect.gen(function* () {
    const session = yield* Effect.orDie(LinkSessions.visible(yield* CurrentCaller, linkSessionId))
    return session ?? (yield* new Problem.NotFound())
  })

/** What the holder knows their tenant by, where the caller may see the holder. */
const tenantOf = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* Effect.orDie(sql<{
      tenantId: string
      name: string
    }>`SELECT tenant_id AS "tenantId", tenant.name FROM holder JOIN tenant USING (tenant_id)
      WHERE ${Visible.holders(sql, "holder.holder_id", yield* CurrentCaller, { holderId })}`)
    return rows[0] === undefined ? yield* new Problem.NotFound() : Tenants.knownAs(rows[0])
  })

const local = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Where a person may be sent when they are through. */
const isReturn = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === "https:" || (url.protocol === "http:" && local.has(url.hostname)))
}

const settingsOf = (
  site: Site.Site["Service"],
  given: {
    readonly institution?: string
    readonly bank?: { readonly name: string; readonly market: string }
    readonly baseUrl?: string
  }
): Effect.Effect<Connectors.Settings, Problem.Unprocessable> => {
  const { bank, baseUrl, institution } = given
  if (bank !== undefined && institution !== undefined)
    return Effect.fail(
      new Problem.Unprocessable({ detail: "Name the bank with `institution` or with `bank`, not both." })
    )
  if (baseUrl !== undefined && !Site.allows(site, baseUrl))
    return Effect.fail(
      new Problem.Unprocessable({
        detail: "This host does not allow that `baseUrl`. Whoever runs it allows one with `serve --allow-base-url`."
      })
    )
  return Effect.succeed({
    ...(bank !== undefined && Connectors.behindAggregator(bank.name, bank.market, undefined)),
    ...(institution !== undefined && { institution }),
    // A sandbox answers for the bank's authorization server as well.
    ...(baseUrl !== undefined && { baseUrl, issuer: baseUrl }),
    redirectUrl: Site.linkBack(site)
  })
}

const toAnswer = (
  given:
    | { readonly type: "agree" | "poll" }
    | { readonly type: "redirected"; readonly url: string }
    | { readonly type: "entered"; readonly values: Readonly<Record<string, Redacted.Redacted<string>>> }
): Answer => {
  switch (given.type) {
    case "agree":
      return { _tag: "Agree" }
    case "poll":
      return { _tag: "Poll" }
    case "redirected":
      return { _tag: "Redirected", url: given.url }
    case "entered":
      return { _tag: "Entered", values: given.values }
  }
}

export const linkSessions = HttpApiBuilder.group(Api, "linkSessions", (handlers) =>
  handlers.handleAll({
    createLinkSession: ({ payload }) =>
      Effect.gen(function* () {
        const { attendedOnly = false, connector, days = 365, holderId, purpose = ownCopy, returnUrl } = payload
        const site = yield* Site.Site
        const name = yield* tenantOf(holderId)
        yield* Reading.note([{ holderId }])
        if (returnUrl !== undefined && !isReturn(returnUrl)) {
          return yield* new Problem.Unprocessable({
            detail: "`returnUrl` has to be an https address, or http://localhost while you try it out."
          })
        }
        const presence = yield* presenceIn(payload)
        const settings = yield* settingsOf(site, payload)
        const streams = payload.streams ?? StreamName.streamNames
        const asker = { name, purpose }
        const asking = { connector, settings, streams, days, attendedOnly, presence, asker }
        const proposal = yield* Effect.mapError(propose(asking), unready)
        const { linkSessionId, token } = yield* Effect.orDie(
          LinkSessions.open({ holderId, connector, settings, proposal, purpose, attendedOnly, returnUrl, presence })
        )
        return { ...(yield* Effect.flatMap(found(linkSessionId), shown)), url: Site.linkPage(site, token) }
      }),
    getLinkSession: ({ params }) =>
      Effect.gen(function* () {
        const session = yield* found(params.linkSessionId)
        yield* Reading.note([session])
        return yield* shown(session)
      }),
    answerLinkSession: ({ params, payload }) =>
      Effect.gen(function* () {
        const { linkSessionId } = yield* found(params.linkSessionId)
        const presence = yield* presenceIn(payload)
        const by = `key:${(yield* CurrentCaller).keyId}`
        const session = yield* Effect.mapError(
          (yield* Linking).answer(linkSessionId, toAnswer(payload), { by, presence }),
          notTaken
        )
        return yield* shown(session)
      }),
    cancelLinkSession: ({ params }) =>
      Effect.gen(function* () {
        const { linkSessionId } = yield* found(params.linkSessionId)
        yield* Effect.mapError((yield* Linking).cancel(linkSessionId), notCancelled)
      })
  })
)
