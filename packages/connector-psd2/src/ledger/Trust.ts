/**
 * Which ids of a read are believed: those that are unique in it and were never found on two entries. What is learnt is
 * remembered by hash and only ever takes belief away; where many repeat or stray, none is an id, now and later.
 */
import { hash } from "./Fingerprint.ts"

/** Hashes that are remembered; the oldest go first. */
const remembered = 500

/** In the place of an id: not one of them is believed. */
const all = "*"

export class Trust {
  readonly #distrusted: Set<string>

  constructor(distrusted: ReadonlyArray<string>) {
    this.#distrusted = new Set(distrusted)
  }

  get distrusted(): ReadonlyArray<string> {
    return this.isLost ? [all] : [...this.#distrusted].slice(-remembered)
  }

  get isLost(): boolean {
    return this.#distrusted.has(all)
  }

  distrust(id: string): void {
    this.#distrusted.add(id)
  }

  distrustAll(): void {
    this.#distrusted.add(all)
  }

  /** The hash of each entry's id, where it is believed. */
  believed(entries: ReadonlyArray<{ readonly id: string | undefined }>): Array<string | undefined> {
    const met = new Set<string>()
    const repeated = new Set<string>()
    const ids = entries.map(({ id }) => {
      if (id === undefined) return undefined
      const hashed = hash(id)
      if (met.has(hashed)) repeated.add(hashed)
      else met.add(hashed)
      return hashed
    })
    for (const id of repeated) this.distrust(id)
    if (repeated.size > 1 && repeated.size * 10 > met.size) this.distrustAll()
    if (this.isLost) return ids.map(() => undefined)
    return this.#distrusted.size === 0
      ? ids
      : ids.map((id) => (id === undefined || this.#distrusted.has(id) ? undefined : id))
  }
}

/** Ids that keep coming back on another amount, or mostly on another day, are places in a list, whatever they look like. */
export const isUnsteady = (clashes: number, moved: number, hits: number): boolean =>
  (clashes > 1 && clashes * 3 > hits) || (moved > 4 && moved * 2 > hits)
