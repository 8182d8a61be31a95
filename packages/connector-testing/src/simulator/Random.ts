/**
 * A small seeded source of randomness. The same seed always gives the same draws, and a fork by name is a source of its
 * own, so that one person's history does not depend on how often another one drew. It is for tests: what it gives
 * looks arbitrary and is not secret.
 */
export class Random {
  readonly #seed: string
  #state: number

  constructor(seed: string) {
    this.#seed = seed
    let hash = 2166136261
    for (const character of seed) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619)
    }
    this.#state = hash >>> 0
  }

  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`)
  }

  /** 32 bits: a Weyl sequence whose steps are scrambled. */
  bits(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + (this.bits() % (most - least + 1))
  }

  pick<A>(from: readonly [A, ...ReadonlyArray<A>]): A {
    return from[this.int(0, from.length - 1)] ?? from[0]
  }

  /** `prefix` and as many hexadecimal digits as asked for. */
  id(prefix: string, digits = 12): string {
    let text = ""
    while (text.length < digits) text += this.bits().toString(16).padStart(8, "0")
    return prefix + text.slice(0, digits)
  }
}
