/**
 * How often an account is read while nobody is waiting for it: per account and resource, in any 24 hours of the virtual
 * clock. A read with the person's address is attended and free; the next pages of a walk belong to its first. What is
 * asked and what is served are counted apart: `worst` speaks of what was asked, refused or not, because it is for
 * finding a reader that asks too often.
 */
import { day } from "@paymirror/connector-testing/simulator"
import type { Clock } from "@paymirror/connector-testing/simulator"
import type { Quirks } from "./Quirks.ts"

export interface Access {
  readonly account: string
  /** `accounts`, `details`, `balances`, `transactions`, … */
  readonly resource: string
  readonly attended: boolean
  /** Not the first page of its walk. */
  readonly continues?: boolean | undefined
  /** How many a day the consent allows; 4 unless said. */
  readonly frequency?: number | undefined
}

export interface Admission {
  readonly admitted: boolean
  /** Unattended reads served in the 24 hours up to now, this one included. */
  readonly used: number
  /** Refused: when the next one would be served. */
  readonly freeAt?: number | undefined
}

export interface Worst {
  readonly count: number
  readonly account: string
  readonly resource: string
}

interface Count {
  readonly account: string
  readonly resource: string
  asked: ReadonlyArray<number>
  served: ReadonlyArray<number>
  worst: number
}

export class Accesses {
  readonly #clock: Clock
  readonly #quirks: Quirks
  readonly #counts = new Map<string, Count>()

  constructor(clock: Clock, quirks: Quirks) {
    this.#clock = clock
    this.#quirks = quirks
  }

  /** Counts a read and says whether it is served. */
  enter(access: Access): Admission {
    const { now } = this.#clock
    const { account, attended, continues, frequency = 4, resource } = access
    const key = `${account}\n${resource}`
    const count = this.#counts.get(key) ?? { account, resource, asked: [], served: [], worst: 0 }
    this.#counts.set(key, count)
    const latest = (times: ReadonlyArray<number>): ReadonlyArray<number> => times.filter((at) => at > now - day)
    count.served = latest(count.served)
    if (attended || continues === true) return { admitted: true, used: count.served.length }
    count.asked = [...latest(count.asked), now]
    count.worst = Math.max(count.worst, count.asked.length)
    const [oldest] = count.served.slice(-frequency)
    if (this.#quirks.enforceFrequency && count.served.length >= frequency) {
      return { admitted: false, used: count.served.length, freeAt: (oldest ?? now) + day }
    }
    count.served = [...count.served, now]
    return { admitted: true, used: count.served.length }
  }

  /** The most unattended reads of one account's resource that were asked for in any 24 hours so far. */
  worst(): Worst | undefined {
    return this.counts().toSorted((one, two) => two.count - one.count)[0]
  }

  counts(): ReadonlyArray<Worst> {
    return [...this.#counts.values()].map(({ account, resource, worst }) => ({ count: worst, account, resource }))
  }

  clear(): void {
    this.#counts.clear()
  }
}
