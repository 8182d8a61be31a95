/** Reading parsed JSON that nobody vouches for: a value of the wrong kind is the same as none. */

export type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

export const object = (value: unknown): Json | undefined => (isObject(value) ? value : undefined)

/** The field of an object that is an object itself. */
export const inside = (value: Json | undefined, field: string): Json | undefined => {
  const found = value?.[field]
  return isObject(found) ? found : undefined
}

export const list = (value: Json | undefined, field: string): ReadonlyArray<unknown> | undefined => {
  const found = value?.[field]
  return Array.isArray(found) ? found : undefined
}

/** A text that says something: neither empty nor blank. It comes back as it was written. */
export const text = (value: Json | undefined, field: string): string | undefined => {
  const found = value?.[field]
  return typeof found === "string" && found.trim() !== "" ? found : undefined
}
