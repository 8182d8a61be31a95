/**
 * MurmurHash3 (x86, 128 bits) over the UTF-16 code units of a text. Fast, synchronous and the same everywhere, which is
 * what row ids need. It is no defence against someone who wants two rows to collide, and nothing here relies on one.
 */

const c1 = 0x239b961b
const c2 = 0xab0e9789
const c3 = 0x38b34ae5
const c4 = 0xa1e38b93

/** The 128 bits of a running or finished hash. */
export type Words = Int32Array

const rotl = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

const avalanche = (value: number): number => {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** Mixes one block of 16 bytes in. */
export const mix = (words: Words, k1: number, k2: number, k3: number, k4: number): void => {
  let h1 = words[0] ?? 0
  let h2 = words[1] ?? 0
  let h3 = words[2] ?? 0
  let h4 = words[3] ?? 0
  h1 ^= Math.imul(rotl(Math.imul(k1, c1), 15), c2)
  h1 = (Math.imul((rotl(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
  h2 ^= Math.imul(rotl(Math.imul(k2, c2), 16), c3)
  h2 = (Math.imul((rotl(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
  h3 ^= Math.imul(rotl(Math.imul(k3, c3), 17), c4)
  h3 = (Math.imul((rotl(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
  h4 ^= Math.imul(rotl(Math.imul(k4, c4), 18), c1)
  h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  words[0] = h1
  words[1] = h2
  words[2] = h3
  words[3] = h4
}

/** Mixes the last, partial block (zero where nothing is left) and the length in. */
export const finish = (words: Words, k1: number, k2: number, k3: number, k4: number, bytes: number): void => {
  let h1 = (words[0] ?? 0) ^ Math.imul(rotl(Math.imul(k1, c1), 15), c2) ^ bytes
  let h2 = (words[1] ?? 0) ^ Math.imul(rotl(Math.imul(k2, c2), 16), c3) ^ bytes
  let h3 = (words[2] ?? 0) ^ Math.imul(rotl(Math.imul(k3, c3), 17), c4) ^ bytes
  let h4 = (words[3] ?? 0) ^ Math.imul(rotl(Math.imul(k4, c4), 18), c1) ^ bytes
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = avalanche((h2 + h1) | 0)
  h3 = avalanche((h3 + h1) | 0)
  h4 = avalanche((h4 + h1) | 0)
  h1 = (avalanche(h1) + h2 + h3 + h4) | 0
  words[0] = h1
  words[1] = (h2 + h1) | 0
  words[2] = (h3 + h1) | 0
  words[3] = (h4 + h1) | 0
}

/** Hashes a text into `words`, replacing what they held. The loop of {@link mix}, kept in registers: every row comes by. */
export const ofText = (text: string, words: Words): void => {
  const length = text.length
  const whole = length - (length % 8)
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  for (let i = 0; i < whole; i += 8) {
    const k1 = Math.imul(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16), c1)
    const k2 = Math.imul(text.charCodeAt(i + 2) | (text.charCodeAt(i + 3) << 16), c2)
    const k3 = Math.imul(text.charCodeAt(i + 4) | (text.charCodeAt(i + 5) << 16), c3)
    const k4 = Math.imul(text.charCodeAt(i + 6) | (text.charCodeAt(i + 7) << 16), c4)
    h1 ^= Math.imul((k1 << 15) | (k1 >>> 17), c2)
    h1 = (Math.imul((((h1 << 19) | (h1 >>> 13)) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul((k2 << 16) | (k2 >>> 16), c3)
    h2 = (Math.imul((((h2 << 17) | (h2 >>> 15)) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul((k3 << 17) | (k3 >>> 15), c4)
    h3 = (Math.imul((((h3 << 15) | (h3 >>> 17)) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul((k4 << 18) | (k4 >>> 14), c1)
    h4 = (Math.imul((((h4 << 13) | (h4 >>> 19)) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  words[0] = h1
  words[1] = h2
  words[2] = h3
  words[3] = h4
  const two = (at: number): number =>
    at < length ? text.charCodeAt(at) | (at + 1 < length ? text.charCodeAt(at + 1) << 16 : 0) : 0
  finish(words, two(whole), two(whole + 2), two(whole + 4), two(whole + 6), length * 2)
}

/** The code of every base64url letter. */
const letters = Uint8Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", (letter) =>
  letter.charCodeAt(0)
)

const letter = (bits: number): number => letters[bits & 63] ?? 0

/** The 128 bits as 22 characters that are safe in an id and in a URL. */
export const encode = (words: Words): string => {
  const a = words[0] ?? 0
  const b = words[1] ?? 0
  const c = words[2] ?? 0
  const d = words[3] ?? 0
  return String.fromCharCode(
    letter(a >>> 26),
    letter(a >>> 20),
    letter(a >>> 14),
    letter(a >>> 8),
    letter(a >>> 2),
    letter((a << 4) | (b >>> 28)),
    letter(b >>> 22),
    letter(b >>> 16),
    letter(b >>> 10),
    letter(b >>> 4),
    letter((b << 2) | (c >>> 30)),
    letter(c >>> 24),
    letter(c >>> 18),
    letter(c >>> 12),
    letter(c >>> 6),
    letter(c),
    letter(d >>> 26),
    letter(d >>> 20),
    letter(d >>> 14),
    letter(d >>> 8),
    letter(d >>> 2),
    letter(d << 4)
  )
}
