/**
 * The commands about one person, as a table: a name, what has to be said with it, and what it does to the world. The
 * same table serves the control interface and lists itself there. The bodies are the sandbox's own and spelt like its
 * TypeScript, so that they are not mistaken for the provider's wire.
 */
import * as Schema from "effect/Schema"
import { feedNames } from "./Person.ts"
import { plans } from "./Wire.ts"
import type { World } from "./World.ts"

export interface Command {
  readonly fields: ReadonlyArray<string>
  /** Runs it with a body that has not been looked at yet. Throws where the body or the provider's rules refuse it. */
  readonly run: (world: World, personId: string, body: unknown) => unknown
}

const command = <Body extends Schema.ConstraintDecoder<unknown> & { readonly fields: object }>(
  body: Body,
  run: (world: World, personId: string, input: Body["Type"]) => unknown
): Command => {
  const decode = Schema.decodeUnknownSync(body)
  return { fields: Object.keys(body.fields), run: (world, personId, given) => run(world, personId, decode(given)) }
}

const minor = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000_000 }))
const text = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))
const days = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 30 }))
const count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
const may = Schema.optionalKey
const payFrom = may(Schema.Literals(["card", "balance"]))
const purchaseId = text
const transactionId = text

export const commands: Readonly<Record<string, Command>> = {
  "shop": command(
    Schema.Struct({
      merchant: text,
      amount: minor,
      plan: Schema.Literals(plans),
      mcc: may(text),
      orderReference: may(text),
      items: may(Schema.Array(Schema.Struct({ name: text, quantity: count, amount_minor: Schema.Int }))),
      fees: may(minor),
      first: may(minor),
      points: may(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
      shipment: may(Schema.Struct({ carrier: text, exception: may(Schema.Boolean) })),
      payFrom
    }),
    (world, person, input) => world.shop(person, input)
  ),
  "bulk": command(Schema.Struct({ purchases: count }), (world, person, input) => world.bulk(person, input)),
  "pay-early": command(
    Schema.Struct({ purchaseId, number: may(count), all: may(Schema.Boolean), payFrom }),
    (world, person, { purchaseId: id, ...payment }) => world.payEarly(person, id, payment)
  ),
  "fail-next-payment": command(Schema.Struct({ purchaseId: may(text), times: may(count) }), (world, person, input) =>
    world.failNextPayment(person, input)
  ),
  "merge-missed": command(Schema.Struct({ purchaseId }), (world, person, input) =>
    world.mergeMissed(person, input.purchaseId)
  ),
  "report-return": command(Schema.Struct({ purchaseId }), (world, person, input) =>
    world.reportReturn(person, input.purchaseId)
  ),
  "report-problem": command(Schema.Struct({ purchaseId }), (world, person, input) =>
    world.reportProblem(person, input.purchaseId)
  ),
  "resolve-return": command(
    Schema.Struct({ purchaseId, outcome: Schema.Literals(["accepted", "declined"]), refund: may(minor) }),
    (world, person, { outcome, purchaseId: id, refund }) =>
      world.resolveReturn(person, id, outcome === "accepted" ? { outcome, refund } : { outcome })
  ),
  "refund": command(
    Schema.Struct({ purchaseId, amount: may(minor) }),
    (world, person, { purchaseId: id, ...options }) => world.refund(person, id, options)
  ),
  "cancel-plan": command(Schema.Struct({ purchaseId }), (world, person, input) =>
    world.cancelPlan(person, input.purchaseId)
  ),
  "extend-due-date": command(
    Schema.Struct({ purchaseId, days: may(days) }),
    (world, person, { purchaseId: id, ...options }) => world.extendDueDate(person, id, options)
  ),
  "redeem-points": command(Schema.Struct({ points: count }), (world, person, input) =>
    world.redeemPoints(person, input)
  ),
  "top-up": command(Schema.Struct({ amount: minor, instant: may(Schema.Boolean) }), (world, person, input) =>
    world.topUp(person, input)
  ),
  "withdraw": command(Schema.Struct({ amount: minor }), (world, person, input) => world.withdraw(person, input)),
  "authorize-card": command(
    Schema.Struct({
      merchant: text,
      amount: minor,
      mcc: may(text),
      settlesAs: may(minor),
      declined: may(Schema.Boolean),
      originalAmount: may(minor),
      originalCurrency: may(text)
    }),
    (world, person, input) => world.authorizeCard(person, input)
  ),
  "settle-card": command(
    Schema.Struct({ transactionId, amount: may(minor) }),
    (world, person, { transactionId: id, ...options }) => world.settleCard(person, id, options)
  ),
  "reverse-card": command(Schema.Struct({ transactionId }), (world, person, input) =>
    world.reverseCard(person, input.transactionId)
  ),
  "refund-card": command(
    Schema.Struct({ transactionId, amount: may(minor) }),
    (world, person, { transactionId: id, ...options }) => world.refundCard(person, id, options)
  ),
  "change-profile": command(
    Schema.Struct({ email: may(text), phone: may(text), tier: may(text) }),
    (world, person, input) => world.changeProfile(person, input)
  ),
  "republish": command(Schema.Struct({ feed: Schema.Literals(feedNames), id: text }), (world, person, input) =>
    world.republish(person, input.feed, input.id)
  ),
  "open-session": command(Schema.Struct({}), (world, person) => world.openSession(person)),
  "expire-access": command(Schema.Struct({}), (world, person) => world.expireAccess(person)),
  "expire-refresh": command(Schema.Struct({}), (world, person) => world.expireRefresh(person)),
  "revoke-session": command(Schema.Struct({}), (world, person) => world.revokeSession(person))
}
