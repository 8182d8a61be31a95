/** Random sequences of commands, from a seed: the same seed always does the same deeds to the same kind of world. */
import { Refused, World } from "../src/index.ts"
import { Random } from "@paymirror/connector-testing/simulator"
import { plans } from "../src/Wire.ts"

const everyRow = (world: World) =>
  world.people.flatMap((person) =>
    Object.entries(person.feeds).flatMap(([feed, rows]) => [...rows].map((row) => ({ feed, person, row })))
  )

export const photograph = (world: World): Map<string, string> =>
  new Map(everyRow(world).map(({ feed, row }) => [`${feed}/${row.id}`, JSON.stringify(row)]))

const some = (random: Random, ids: ReadonlyArray<string>): string =>
  ids[random.int(0, Math.max(0, ids.length - 1))] ?? "none"

export const newWorld = (seed: number): World => {
  const world = new World({ seed, merging: seed % 2 === 0 ? "automatic" : "manual" })
  world.addPerson({ id: "kim", givenName: "Kim", familyName: "Testwell" })
  return world
}

/** One deed. Says what it was, and whether the provider refused it. */
export const doOne = (world: World, random: Random): { readonly deed: string; readonly refused: boolean } => {
  const { card, purchases } = world.person("kim")
  const purchase = some(
    random,
    [...purchases.orders()].map(({ row }) => row.id)
  )
  const transaction = some(
    random,
    [...card.feed].map((row) => row.id)
  )
  const amount = random.int(400, 90_000)
  const payFrom = random.pick(["card", "balance"] as const)
  const perhaps = <A>(value: A): A | undefined => (random.int(0, 1) === 0 ? undefined : value)
  const deeds: ReadonlyArray<readonly [name: string, act: () => unknown]> = [
    ["advance", () => world.advance({ hours: random.int(1, 400) })],
    ["advance", () => world.advance({ days: random.int(1, 12) })],
    [
      "shop",
      () =>
        world.shop("kim", {
          merchant: "Pebble Row",
          amount,
          plan: random.pick(plans),
          fees: perhaps(random.int(1, 2_000)),
          first: perhaps(random.int(1, amount)),
          payFrom,
          shipment: perhaps({ carrier: "Heron Post", exception: random.int(0, 1) === 1 })
        })
    ],
    ["shop", () => world.shop("kim", { merchant: "Moth Lantern", amount, plan: "pay_in_4" })],
    ["bulk", () => world.bulk("kim", { purchases: 3 })],
    [
      "payEarly",
      () => world.payEarly("kim", purchase, { number: perhaps(random.int(1, 4)), all: random.int(0, 3) === 0, payFrom })
    ],
    ["fail", () => world.failNextPayment("kim", { purchaseId: perhaps(purchase), times: random.int(1, 6) })],
    ["mergeMissed", () => world.mergeMissed("kim", purchase)],
    ["reportReturn", () => world.reportReturn("kim", purchase)],
    ["reportProblem", () => world.reportProblem("kim", purchase)],
    [
      "accept",
      () => world.resolveReturn("kim", purchase, { outcome: "accepted", refund: perhaps(random.int(0, 20_000)) })
    ],
    ["decline", () => world.resolveReturn("kim", purchase, { outcome: "declined" })],
    ["refund", () => world.refund("kim", purchase, { amount: perhaps(random.int(1, 30_000)) })],
    ["cancelPlan", () => world.cancelPlan("kim", purchase)],
    ["extend", () => world.extendDueDate("kim", purchase, { days: random.int(1, 20) })],
    ["redeem", () => world.redeemPoints("kim", { points: random.int(1, 300) })],
    ["topUp", () => world.topUp("kim", { amount, instant: random.int(0, 1) === 1 })],
    ["withdraw", () => world.withdraw("kim", { amount: random.int(1, 20_000) })],
    [
      "authorize",
      () => world.authorizeCard("kim", { merchant: "Larder Lane", amount, settlesAs: perhaps(amount + 7) })
    ],
    ["settle", () => world.settleCard("kim", transaction, { amount: perhaps(amount) })],
    ["reverse", () => world.reverseCard("kim", transaction)],
    ["refundCard", () => world.refundCard("kim", transaction, { amount: perhaps(random.int(1, 500)) })]
  ]
  const [deed, act] = deeds[random.int(0, deeds.length - 1)] ?? ["nothing", () => undefined]
  try {
    act()
    return { deed, refused: false }
  } catch (error) {
    if (error instanceof Refused) return { deed, refused: true }
    throw error
  }
}
