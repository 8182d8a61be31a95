/** A ciphertext of one block with one tag that AES-GCM takes under two keys: the equation of the two tags, solved for the block. */
import { createCipheriv } from "node:crypto"

const reduction = 0xe1n << 120n

const bits = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).toString("hex")}`)
const bytes = (element: bigint): Buffer => Buffer.from(element.toString(16).padStart(32, "0"), "hex")

/** The product in GCM's field, whose bits run the other way. */
const times = (one: bigint, two: bigint): bigint => {
  let product = 0n
  let shifted = two
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if (((one >> bit) & 1n) === 1n) product ^= shifted
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ reduction : shifted >> 1n
  }
  return product
}

/** By Fermat: the power 2^128 - 2. */
const inverse = (element: bigint): bigint => {
  let result = 1n << 127n
  let power = element
  for (let n = 1; n < 128; n += 1) {
    power = times(power, power)
    result = times(result, power)
  }
  return result
}

const encrypted = (key: Uint8Array, block: Uint8Array): bigint =>
  bits(createCipheriv("aes-256-ecb", key, null).setAutoPadding(false).update(block))

/** What a tag is made of, without the block that is looked for. */
const partsOf = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => {
  const hash = encrypted(key, Buffer.alloc(16))
  const mask = encrypted(key, Buffer.concat([nonce, Buffer.from([0, 0, 0, 1])]))
  const lengths = (BigInt(aad.length * 8) << 64n) | 128n
  let state = 0n
  for (let at = 0; at < aad.length; at += 16) {
    const block = Buffer.alloc(16)
    block.set(aad.subarray(at, at + 16))
    state = times(state ^ bits(block), hash)
  }
  const squared = times(hash, hash)
  return { squared, rest: times(state, squared) ^ times(lengths, hash) ^ mask }
}

/** The block and its tag. */
export const opensUnderTwo = (one: Uint8Array, two: Uint8Array, nonce: Uint8Array, aad: Uint8Array): Buffer => {
  const [a, b] = [partsOf(one, nonce, aad), partsOf(two, nonce, aad)]
  const block = times(a.rest ^ b.rest, inverse(a.squared ^ b.squared))
  return Buffer.concat([bytes(block), bytes(times(block, a.squared) ^ a.rest)])
}
