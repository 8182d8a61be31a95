/**
 * Invented booked entries of one payment account as a Berlin Group bank reports them, the same on every run but for the
 * day it ends: two years up to today, newest first, in pages. Written from the standard, not from the connector.
 */
import { scrambled } from "./Purchases.ts"

/** Days of history, and of one window: what the engine's side asks for in one go. */
export const days = 730
const windowDays = 90

const path = "/v1/accounts/a/transactions"

const millisOfDay = 86_400_000

export const dayOf = (epochDay: number): string => new Date(epochDay * millisOfDay).toISOString().slice(0, 10)
const epochDayOf = (day: string): number => Date.parse(day) / millisOfDay

const cents = (n: number): string => `${10 + (n % 900)}.${String(n % 100).padStart(2, "0")}`

const entry = (n: number, day: string) => {
  const isIncome = n % 10 === 0
  const other = `${isIncome ? "Employer" : "Shop"} ${n % 500}`
  return {
    transactionId: `t${scrambled(n)}`,
    bookingDate: day,
    valueDate: day,
    transactionAmount: { currency: "EUR", amount: isIncome ? cents(n) : `-${cents(n)}` },
    ...(isIncome ? { debtorName: other } : { creditorName: other }),
    remittanceInformationUnstructured: `Order ${n}`,
    bankTransactionCode: isIncome ? "PMNT-RCDT-ESCT" : "PMNT-RDDT-ESDD"
  }
}

/** The windows of a first read of everything, newest first; both ends inclusive. */
export const windows = (today: number): ReadonlyArray<{ readonly from: number; readonly to: number }> => {
  const floor = today - days + 1
  const found = [{ from: today - windowDays, to: today }]
  for (let to = today - windowDays - 1; to >= floor; to -= windowDays) {
    found.push({ from: Math.max(floor, to - windowDays + 1), to })
  }
  return found
}

/** The pages of a window, and what a request for one asks for. */
const pagesOf = (byDay: ReadonlyMap<number, ReadonlyArray<string>>, size: number, from: string, to: string) => {
  const found: Array<string> = []
  for (let day = epochDayOf(to); day >= epochDayOf(from); day -= 1) found.push(...(byDay.get(day) ?? []))
  const count = Math.max(1, Math.ceil(found.length / size))
  return Array.from({ length: count }, (_, page) => {
    const asked = `?bookingStatus=both&dateFrom=${from}&dateTo=${to}&page=${page + 1}`
    const next = page + 1 < count ? `,"next":{"href":"${path}${asked}"}` : ""
    const shown = found.slice(page * size, (page + 1) * size).join(",")
    return Buffer.from(
      `{"account":{"currency":"EUR"},"transactions":{"booked":[${shown}],"pending":[],"_links":{"account":{"href":"/v1/accounts/a"}${next}}}}`
    )
  })
}

/** Answers a request for a window's page. The pages of {@link windows} are made beforehand, so that no side waits for that. */
export const bank = (rows: number, size: number, today: number) => {
  const byDay = new Map<number, Array<string>>()
  for (let n = 0; n < rows; n += 1) {
    const day = today - Math.floor((n * days) / rows)
    byDay.set(day, [...(byDay.get(day) ?? []), JSON.stringify(entry(n, dayOf(day)))])
  }
  const made = new Map<string, ReadonlyArray<Buffer>>()
  const pages = (from: string, to: string): ReadonlyArray<Buffer> => {
    const known = made.get(`${from} ${to}`) ?? pagesOf(byDay, size, from, to)
    made.set(`${from} ${to}`, known)
    return known
  }
  for (const { from, to } of windows(today)) pages(dayOf(from), dayOf(to))
  return ({ pathname, searchParams }: URL): Buffer => {
    if (pathname.endsWith("/balances")) return Buffer.from(`{"balances":[]}`)
    const [from, to] = [searchParams.get("dateFrom") ?? "", searchParams.get("dateTo") ?? dayOf(today)]
    return pages(from, to)[Number(searchParams.get("page") ?? "0")] ?? Buffer.from("{}")
  }
}
