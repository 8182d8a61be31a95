/**
 * The people who are there from the beginning, and what they have lived through before the clock is handed over. A
 * story is made of the same commands anyone may give, in the order of time. Every person, store and address in it is
 * invented.
 */
import { hour, iso } from "@paymirror/connector-testing/simulator"
import type { Shopping, World } from "./World.ts"

export interface Story {
  /** How long before the clock's start it begins. */
  readonly days: number
  readonly tell: (world: World) => void
}

/** Nobody, and nothing has happened. */
export const emptyStory: Story = { days: 0, tell: () => undefined }

interface Step {
  readonly day: number
  readonly hour: number
  readonly act: () => void
}

const perform = (world: World, steps: ReadonlyArray<Step>): void => {
  const begin = world.clock.now
  for (const step of steps.toSorted((a, b) => a.day - b.day || a.hour - b.hour)) {
    world.advanceTo(iso(begin + (step.day * 24 + step.hour) * hour))
    step.act()
  }
}

const alexShops: ReadonlyArray<readonly [name: string, day: number, shopping: Shopping]> = [
  [
    "lamp",
    2,
    { merchant: "Moth Lantern", mcc: "5712", amount: 12_000, plan: "pay_in_4", shipment: { carrier: "Heron Post" } }
  ],
  ["books", 9, { merchant: "Pebble Row", mcc: "5942", amount: 3499, plan: "pay_in_full" }],
  ["boots", 15, { merchant: "Tallow Street", mcc: "5661", amount: 6450, plan: "pay_in_30" }],
  [
    "oven",
    25,
    {
      merchant: "Bramble & Volt",
      mcc: "5722",
      orderReference: "BV-20417",
      amount: 89_900,
      plan: "financing_6",
      shipment: { carrier: "Long Haul Lynx", exception: true }
    }
  ],
  [
    "coat",
    40,
    {
      merchant: "Cedar & Tin",
      amount: 16_000,
      plan: "pay_in_4",
      first: 5_500,
      fees: 400,
      items: [
        { name: "Rain coat", quantity: 1, amount_minor: 14_000 },
        { name: "Wool socks", quantity: 2, amount_minor: 1_000 }
      ]
    }
  ],
  ["sofa", 60, { merchant: "Quillfish Supply", mcc: "5712", amount: 149_900, plan: "financing_12", fees: 8_994 }],
  [
    "shoes",
    75,
    { merchant: "Tallow Street", mcc: "5661", amount: 18_200, plan: "pay_in_4", shipment: { carrier: "Heron Post" } }
  ],
  ["desk", 95, { merchant: "Quillfish Supply", amount: 24_050, plan: "pay_in_4" }],
  ["bike", 110, { merchant: "Spoke & Otter", mcc: "5940", amount: 104_999, plan: "financing_18", fees: 9_450 }],
  ["dentist", 120, { merchant: "Grinwell Dental", mcc: "8021", amount: 21_000, plan: "pay_in_30" }],
  ["jacket", 140, { merchant: "Cedar & Tin", amount: 9_999, plan: "pay_in_4" }],
  ["tent", 150, { merchant: "Fernhollow Outfitters", amount: 31_500, plan: "pay_in_4" }],
  ["laptop", 180, { merchant: "Bramble & Volt", mcc: "5732", amount: 219_900, plan: "financing_24", fees: 26_388 }],
  ["rug", 205, { merchant: "Pebble Row", amount: 13_200, plan: "pay_in_4" }],
  [
    "kettle",
    232,
    { merchant: "Moth Lantern", amount: 4999, plan: "pay_in_4", shipment: { carrier: "Long Haul Lynx" } }
  ],
  [
    "speaker",
    240,
    {
      merchant: "Quillfish Supply",
      orderReference: "QF-8841",
      amount: 20_000,
      plan: "pay_in_4",
      shipment: { carrier: "Heron Post" }
    }
  ],
  ["plants", 236, { merchant: "Fernhollow Outfitters", amount: 5_275, plan: "pay_in_30" }]
]

const alex = (world: World): ReadonlyArray<Step> => {
  const id = "alex"
  const bought = new Map<string, string>()
  const purchase = (name: string): string => bought.get(name) ?? ""
  let groceries = ""
  let hotel = ""
  const others: ReadonlyArray<readonly [day: number, act: () => unknown]> = [
    [1, () => world.topUp(id, { amount: 25_000 })],
    [3, () => world.authorizeCard(id, { merchant: "Corner Crumb Bakery", mcc: "5462", amount: 1_240 })],
    [12, () => world.authorizeCard(id, { merchant: "Blue Ladle Diner", mcc: "5812", amount: 4_000, settlesAs: 4_800 })],
    [20, () => world.changeProfile(id, { tier: "plus" })],
    [30, () => world.payEarly(id, purchase("boots"), { payFrom: "balance" })],
    [34, () => (hotel = world.authorizeCard(id, { merchant: "Hotel Saltmarsh", mcc: "7011", amount: 30_000 }).id)],
    [35, () => world.reverseCard(id, hotel)],
    [
      50,
      () =>
        world.authorizeCard(id, {
          merchant: "Café Lanterne",
          mcc: "5812",
          amount: 2_715,
          settlesAs: 2_731,
          originalAmount: 2_500,
          originalCurrency: "EUR"
        })
    ],
    [70, () => world.topUp(id, { amount: 10_000, instant: true })],
    [80, () => world.reportReturn(id, purchase("shoes"))],
    [88, () => world.resolveReturn(id, purchase("shoes"), { outcome: "accepted", refund: 4_000 })],
    [96, () => world.failNextPayment(id, { purchaseId: purchase("desk"), times: 4 })],
    [100, () => (groceries = world.authorizeCard(id, { merchant: "Larder Lane", mcc: "5411", amount: 8_432 }).id)],
    [108, () => world.refundCard(id, groceries, { amount: 1_299 })],
    [125, () => world.authorizeCard(id, { merchant: "Night Owl Fuel", mcc: "5541", amount: 6_000, declined: true })],
    [130, () => world.extendDueDate(id, purchase("dentist"))],
    [149, () => world.refund(id, purchase("jacket"))],
    [155, () => world.reportProblem(id, purchase("tent"))],
    [165, () => world.redeemPoints(id, { points: 1_500 })],
    [169, () => world.resolveReturn(id, purchase("tent"), { outcome: "declined" })],
    [190, () => world.withdraw(id, { amount: 5_000 })],
    [207, () => world.cancelPlan(id, purchase("rug"))],
    [230, () => world.authorizeCard(id, { merchant: "Larder Lane", mcc: "5411", amount: 7_218 })],
    [242, () => world.authorizeCard(id, { merchant: "Corner Crumb Bakery", mcc: "5462", amount: 860 })]
  ]
  return [
    ...alexShops.map(([name, day, shopping]) => ({
      day,
      hour: 3,
      act: () => void bought.set(name, world.shop(id, shopping).id)
    })),
    ...others.map(([day, act]) => ({ day, hour: 6, act }))
  ]
}

const robin = (world: World): ReadonlyArray<Step> => {
  const id = "robin"
  const steps: ReadonlyArray<readonly [day: number, act: () => unknown]> = [
    [150, () => world.topUp(id, { amount: 4_000 })],
    [160, () => world.shop(id, { merchant: "Spoke & Otter", amount: 7_600, plan: "pay_in_4" })],
    [200, () => world.authorizeCard(id, { merchant: "Blue Ladle Diner", mcc: "5812", amount: 2_150 })],
    [
      235,
      () =>
        world.shop(id, {
          merchant: "Cedar & Tin",
          amount: 5_020,
          plan: "pay_in_30",
          shipment: { carrier: "Heron Post" }
        })
    ]
  ]
  return steps.map(([day, act]) => ({ day, hour: 5, act }))
}

/** Eight months of two people: every plan, every ledger, and most of what can happen to them. */
export const everydayStory: Story = {
  days: 243,
  tell: (world) => {
    world.addPerson({ id: "alex", givenName: "Alex", familyName: "Marlowe-Finch", phone: "+1 555 0100" })
    world.addPerson({ id: "robin", givenName: "Robin", familyName: "Oakhurst" })
    perform(world, [...alex(world), ...robin(world)])
  }
}
