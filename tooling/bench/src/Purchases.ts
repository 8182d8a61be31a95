/**
 * Invented purchases in the provider's spelling, the same on every run: `n` orders with four installments each. They are
 * written from the wire page, not from the connector, and nobody's name or shop is among them.
 */

const installmentsEach = 4

/** Ids as providers make them: they do not come in the order of their rows, so no index is filled from one side only. */
export const scrambled = (n: number): string => {
  const a = Math.imul(n ^ 0x5bd1e995, 0x9e3779b1)
  const b = Math.imul((a ^ (a >>> 15)) + n, 0x85ebca6b)
  return hex(a ^ (a >>> 13)) + hex(b ^ (b >>> 16))
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, "0")

const two = (value: number): string => String(value).padStart(2, "0")

const day = (n: number): string => `20${20 + (n % 7)}-${two(1 + (n % 12))}-${two(1 + (n % 28))}`

const purchase = (n: number) => {
  const at = `${day(n)}T${two(n % 24)}:${two(n % 60)}:${two((n * 7) % 60)}Z`
  const part = 1_000 + (n % 9_000)
  return {
    id: `p_${scrambled(n)}`,
    merchant: `Shop ${n % 500}`,
    mcc: String(5_000 + (n % 900)),
    order_reference: `order-${n}`,
    amount_minor: part * installmentsEach,
    currency: "USD",
    plan: "pay_in_4",
    status: "open",
    purchased_at: at,
    installments: Array.from({ length: installmentsEach }, (_, index) => ({
      number: index + 1,
      due: day(n + index * 14),
      amount_minor: part,
      state: index === 0 ? "due" : "scheduled"
    })),
    updated_at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().replace(".000Z", "Z")
  }
}

/** The answers of the feed, whole: pages of `size`, and the empty one that ends the walk. */
export const pages = (rows: number, size: number): ReadonlyArray<Buffer> => {
  const made: Array<Buffer> = []
  for (let from = 0; from < rows; from += size) {
    const purchases = Array.from({ length: Math.min(size, rows - from) }, (_, index) => purchase(from + index))
    made.push(Buffer.from(JSON.stringify({ purchases, next_cursor: `c${made.length + 1}` })))
  }
  made.push(Buffer.from(JSON.stringify({ purchases: [], next_cursor: `c${made.length}` })))
  return made
}
