/** Klarna's neighbours, simulated: each by the name of its provider. They know no connector and no connector's schemas. */
import { affirm } from "./affirm.ts"
import { afterpay } from "./afterpay.ts"
import { sezzle } from "./sezzle.ts"

export type { Neighbour, Options as NeighbourOptions, Person as NeighbourPerson } from "./Neighbour.ts"

export const neighbours = { affirm, afterpay, sezzle } as const
