/** What every ledger of one person stands on: the one clock, the one agenda, and that person's own randomness. */
import type { Agenda } from "./Agenda.ts"
import type { Clock, Random } from "@paymirror/connector-testing/simulator"

export interface Scene {
  readonly clock: Clock
  readonly agenda: Agenda
  readonly random: Random
  /** Whether an installment that stays unpaid is merged into the next one by itself, or only by command. */
  readonly merging: "automatic" | "manual"
}
