/**
 * Invented booked entries of one payment account as a Berlin Group bank reports them, the same on every run but for the
 * day it ends: two years up to today, newest first, in pages. Written from the standard, not from the connector.
 */
import { scrambled } from "./Purchases.ts"

/** Days of history, and of one window: what the engine's side asks for in one go. */
export const days = 730
const windowDays = 90

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

/** Answers a request for a window's page; what it is made of is made beforehand. */
export const bank = (rows: number, size: number, today: number) => {
  const byDay = new Map<number, Array<string>>()
  for (let n = 0; n < rows; n += 1) {
    const day = today - Math.floor((n * days) / rows)
    byDay.set(day, [...(byDay.get(day) ?? []), JSON.stringify(entry(n, dayOf(day)))])
  }
  return ({ pathname, searchParams }: URL): Buffer => {
    if (pathname.endsWith("/balances")) return Buffer.from(`{"balances":[]}`)
    const [from, to] = [searchParams.get("dateFrom") ?? "", searchParams.get("dateTo") ?? dayOf(today)]
    const page = Number(searchParams.get("page") ?? "0")
    const found: Array<string> = []
    for (let day = epochDayOf(to); day >= epochDayOf(from); day -= 1) found.push(...(byDay.get(day) ?? []))
    const asked = `?bookingStatus=both&dateFrom=${from}&dateTo=${to}&page=${page + 1}`
    const next = found.length > (page + 1) * size ? `,"next":{"href":"${pathname}${asked}"}` : ""
    const shown = found.slice(page * size, (page + 1) * size).join(",")
    return Buffer.from(
      `{"account":{"currency":"EUR"},"transactions":{"booked":[${shown}],"pending":[],"_links":{"account":{"href":"/v1/accounts/a"}${next}}}}`
    )
  }
}
