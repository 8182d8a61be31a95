/**
 * What the customers of the sandbox's banks have lived through before the clock is handed over: five months of wages,
 * rent, groceries, two coffees on the same morning, something late, something abroad, and a card payment that is not
 * settled yet. Every person, shop and number in it is invented, but for Klarna's published sandbox identities.
 */
import { addDays, addMonths } from "@paymirror/connector-testing/simulator"
import type { Day } from "@paymirror/connector-testing/simulator"
import type { Bank, Counterparty, Movement } from "./Bank.ts"

interface Place {
  readonly employer: Counterparty
  readonly landlord: Counterparty
  readonly utility: Counterparty
  readonly grocer: Counterparty
  readonly cafe: Counterparty
  readonly abroad: { readonly name: string; readonly currency: string; readonly rate: string; readonly amount: number }
  /** How many minor units here buy what one cent buys. */
  readonly scale: number
  readonly words: {
    readonly wage: string
    readonly rent: string
    readonly power: string
    readonly fee: string
    readonly interest: string
  }
}

/** An IBAN with the right check digits. */
export const iban = (country: string, bban: string): string => {
  const letters = `${bban}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  const rest = Array.from(letters).reduce((sum, digit) => (sum * 10 + Number(digit)) % 97, 0)
  return `${country}${String(98 - rest).padStart(2, "0")}${bban}`
}

const german: Place = {
  employer: { name: "Werkstatt Amsel GmbH", iban: iban("DE", "100000000011223344") },
  landlord: { name: "Hausverwaltung Linde", iban: iban("DE", "100000000055667788") },
  utility: { name: "Stadtwerke Biber", iban: iban("DE", "100000000099887766") },
  grocer: { name: "Kaufladen Dachs" },
  cafe: { name: "Café Zaunkönig" },
  abroad: { name: "Pebble Row New York", currency: "USD", rate: "0.92", amount: -4_500 },
  scale: 1,
  words: { wage: "Gehalt", rent: "Miete", power: "Abschlag Strom", fee: "Kontoführung", interest: "Zinsen" }
}
const swedish: Place = {
  employer: { name: "Verkstad Koltrast AB", iban: iban("SE", "30000000011122334455") },
  landlord: { name: "Hyreshuset Lind", iban: iban("SE", "30000000055667788990") },
  utility: { name: "Kraftbolaget Bäver" },
  grocer: { name: "Handelsboden Grävling" },
  cafe: { name: "Kafé Gärdsmyg" },
  abroad: { name: "Laden Dachs Berlin", currency: "EUR", rate: "11.42", amount: -3_900 },
  scale: 11,
  words: { wage: "Lön", rent: "Hyra", power: "Elräkning", fee: "Kontoavgift", interest: "Ränta" }
}
const norwegian: Place = {
  ...swedish,
  employer: { name: "Verksted Svarttrost AS", iban: iban("NO", "12341234563") },
  landlord: { name: "Husleie Lind", iban: iban("NO", "12341234571") },
  grocer: { name: "Butikken Grevling" },
  cafe: { name: "Kafé Gjerdesmett" },
  abroad: { name: "Handelsboden Grävling", currency: "SEK", rate: "1.02", amount: -25_000 },
  words: { wage: "Lønn", rent: "Husleie", power: "Strøm", fee: "Kontogebyr", interest: "Renter" }
}
const finnish: Place = {
  ...german,
  employer: { name: "Paja Mustarastas Oy", iban: iban("FI", "12345600000785") },
  landlord: { name: "Vuokratalo Lehmus" },
  utility: { name: "Voima Majava" },
  grocer: { name: "Kauppa Mäyrä" },
  cafe: { name: "Kahvila Peukaloinen" },
  words: { wage: "Palkka", rent: "Vuokra", power: "Sähkö", fee: "Palvelumaksu", interest: "Korko" }
}
const british: Place = {
  employer: { name: "Blackbird Works Ltd" },
  landlord: { name: "Linden Lettings" },
  utility: { name: "Beaver Power" },
  grocer: { name: "Badger Grocers" },
  cafe: { name: "Wren Coffee" },
  abroad: { name: "Laden Dachs Berlin", currency: "EUR", rate: "0.86", amount: -5_200 },
  scale: 1,
  words: { wage: "Salary", rent: "Rent", power: "Electricity", fee: "Account fee", interest: "Interest" }
}
export const places = { german, swedish, norwegian, finnish, british }

const months = 5

const monthly = (place: Place, on: Day, index: number): ReadonlyArray<Movement> => {
  const { employer, landlord, scale, utility, words } = place
  const month = on.slice(0, 7)
  return [
    { on, amount: 245_000 * scale, text: `${words.wage} ${month}`, counterparty: employer, kind: "transfer" },
    {
      on: addDays(on, 1),
      amount: -82_000 * scale,
      text: `${words.rent} ${month}`,
      counterparty: landlord,
      kind: "transfer"
    },
    {
      on: addDays(on, 4),
      amount: -(6_400 + index * 150) * scale,
      text: `${words.power} ${month}`,
      counterparty: utility,
      kind: "direct_debit"
    }
  ]
}

/** Five months of one current account, up to the clock's own day. */
export const liveIn = (bank: Bank, accountId: string, place: Place): void => {
  const { today } = bank.clock
  const random = bank.random(`everyday/${accountId}`)
  const first = addMonths(today, -months)
  const { abroad, cafe, grocer, scale, words } = place
  const history: Array<Movement> = []
  for (let index = 0; index < months; index += 1) history.push(...monthly(place, addMonths(first, index), index))
  for (let on = addDays(first, 3); on < today; on = addDays(on, 7)) {
    const amount = -random.int(1_900, 8_900) * scale
    history.push({ on, amount, text: `${grocer.name} ${on.slice(8)}`, counterparty: grocer, kind: "card", mcc: "5411" })
  }
  const coffee: Movement = { amount: -420 * scale, text: cafe.name, counterparty: cafe, kind: "card", mcc: "5814" }
  for (const ago of [75, 75, 40, 12, 12]) history.push({ ...coffee, on: addDays(today, -ago) })
  history.push(
    { on: addDays(today, -90), amount: -500 * scale, text: words.fee, kind: "fee" },
    { on: addDays(today, -62), amount: 137 * scale, text: words.interest, kind: "interest" },
    {
      on: addDays(today, -30),
      amount: Math.round(abroad.amount * Number(abroad.rate)),
      text: abroad.name,
      counterparty: { name: abroad.name },
      kind: "card",
      foreign: abroad
    }
  )
  const inOrder = history.toSorted((one, two) =>
    (one.on ?? "") < (two.on ?? "") ? -1 : (one.on ?? "") > (two.on ?? "") ? 1 : 0
  )
  for (const movement of inOrder) bank.book(accountId, movement)
  bank.book(accountId, {
    on: addDays(today, -9),
    amount: 2_500 * scale,
    text: "Nora Beispiel",
    counterparty: { name: "Nora Beispiel" }
  })
  bank.announce(accountId, { ...coffee, amount: -1_350 * scale, text: `${cafe.name} reserved` })
}

/** A card account: a few payments, one abroad, one not settled. */
export const spendOn = (bank: Bank, accountId: string, place: Place): void => {
  const { today } = bank.clock
  const { abroad, cafe, grocer, scale } = place
  for (const [ago, amount, shop] of [
    [70, -12_990, grocer],
    [44, -3_499, cafe],
    [44, -3_499, cafe],
    [20, -25_000, grocer]
  ] as const) {
    bank.book(accountId, {
      on: addDays(today, -ago),
      amount: amount * scale,
      text: shop.name,
      counterparty: shop,
      kind: "card",
      mcc: "5311"
    })
  }
  bank.book(accountId, {
    on: addDays(today, -8),
    amount: Math.round(abroad.amount * Number(abroad.rate)),
    text: abroad.name,
    kind: "card",
    foreign: abroad
  })
  bank.announce(accountId, { amount: -4_200 * scale, text: grocer.name, counterparty: grocer, kind: "card" })
}
