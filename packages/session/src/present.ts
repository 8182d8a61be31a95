/** Of the fields given, those that are there; for what a row may carry and need not. */
export const present = <A extends object>(fields: { readonly [K in keyof A]: A[K] | null | undefined }): {
  [K in keyof A]?: A[K]
} => {
  const there: { [K in keyof A]?: A[K] } = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && value !== null) there[name] = value
  }
  return there
}
