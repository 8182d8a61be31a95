/** A version 4 UUID out of a seeded source: the same run gives the same ones. */
import type { Random } from "@paymirror/connector-testing/simulator"

export const uuid = (random: Random): string => {
  const digits = random.id("", 32)
  const variant = "89ab"[Number.parseInt(digits.slice(16, 17), 16) % 4] ?? "8"
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    variant + digits.slice(17, 20),
    digits.slice(20)
  ].join("-")
}
