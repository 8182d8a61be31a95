/** Why no package is written for a bank, and what is done instead. */
import type { Naming } from "./Naming.ts"

const readme = "https://github.com/paymirror/paymirror/tree/main/packages/connector-psd2#banks"

export const banks = ({ id, market, title }: Naming): string =>
  [
    "Nothing was written: a bank is a record, not a package. @paymirror/connector-psd2 speaks to all of them, what sets one",
    "apart is data, and a connector imports no other connector.",
    "",
    "A bank that Enable Banking lists needs nothing but its name there:",
    `  paymirror link psd2 --institution enable-banking --bank "${title}" --market ${market} --provider ${id}`,
    "",
    "A bank with a Berlin Group interface of its own is a record of a few lines, given to the layer:",
    `  layer({ institution: nextGenPsd2({ id: "${id}-${market.toLowerCase()}", … }), … })`,
    "",
    `What a record says, and how to have it known to everybody: ${readme}`
  ].join("\n")
