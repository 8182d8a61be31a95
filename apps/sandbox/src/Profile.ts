/** Who a person is, as the account settings show it, and their membership. The people here are invented. */
import { iso, second } from "@paymirror/connector-testing/simulator"
import type { Clock } from "@paymirror/connector-testing/simulator"
import type { ProfileRow } from "./Wire.ts"

export interface Introduction {
  readonly id: string
  readonly givenName: string
  readonly familyName: string
  readonly email?: string | undefined
  readonly phone?: string | undefined
}

export interface ProfileChange {
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly tier?: string | undefined
}

export class Profile {
  readonly row: ProfileRow
  readonly #clock: Clock

  constructor(clock: Clock, person: Introduction, id: string) {
    this.#clock = clock
    this.row = {
      id,
      given_name: person.givenName,
      family_name: person.familyName,
      email: person.email ?? `${person.id}@example.com`,
      ...(person.phone === undefined ? {} : { phone: person.phone }),
      membership: { tier: "standard" },
      updated_at: iso(clock.now)
    }
  }

  change(change: ProfileChange): void {
    const before = Date.parse(this.row.updated_at)
    if (change.email !== undefined) this.row.email = change.email
    if (change.phone !== undefined) this.row.phone = change.phone
    if (change.tier !== undefined) this.row.membership = { tier: change.tier, since: this.#clock.today }
    this.row.updated_at = iso(Math.max(this.#clock.now, before + second))
  }
}
