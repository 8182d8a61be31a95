/** The hash of a file whose bytes arrive in pieces: whether it is still the one that was linked. */
import * as Fingerprint from "./Fingerprint.ts"

/** Where the pieces are cut does not matter. */
export interface Digest {
  readonly add: (bytes: Uint8Array) => void
  readonly text: () => string
}

export const make = (): Digest => {
  const words = new Int32Array(4)
  const rest = new Uint8Array(16)
  let held = 0
  let total = 0
  const word = (bytes: Uint8Array, at: number): number =>
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
  const block = (bytes: Uint8Array, at: number): void =>
    Fingerprint.mix(words, word(bytes, at), word(bytes, at + 4), word(bytes, at + 8), word(bytes, at + 12))
  return {
    add: (bytes) => {
      let at = 0
      total += bytes.length
      if (held > 0) {
        at = Math.min(16 - held, bytes.length)
        rest.set(bytes.subarray(0, at), held)
        held += at
        if (held < 16) return
        block(rest, 0)
        held = 0
      }
      for (; at + 16 <= bytes.length; at += 16) block(bytes, at)
      rest.set(bytes.subarray(at), 0)
      held = bytes.length - at
    },
    text: () => {
      rest.fill(0, held)
      const copy = words.slice()
      Fingerprint.finish(copy, word(rest, 0), word(rest, 4), word(rest, 8), word(rest, 12), total)
      return Fingerprint.encode(copy)
    }
  }
}
