/** Words of a standard as banks spell them: `REVOKED_BY_PSU`, `revokedByPsu` and `Revoked by PSU` are one. */

const plain = (word: string): string => word.toLowerCase().replace(/[\s_-]/g, "")

/** What a word stands for; American spelling as British where both are met. Never a member that every object has. */
export const lookUp = <A>(table: Readonly<Record<string, A>>, word: string): A | undefined => {
  const key = plain(word)
  if (Object.hasOwn(table, key)) return table[key]
  const other = key.includes("authoris") ? key.replace("authoris", "authoriz") : key.replace("authoriz", "authoris")
  return Object.hasOwn(table, other) ? table[other] : undefined
}
