/** Klarna's neighbours, simulated: each by the name of its provider. They know no connector and no connector's schemas. */
import { affirm } from "./affirm.ts"
import { afterpay } from "./afterpay.ts"
import { cashApp } from "./cash-app.ts"
import { chime } from "./chime.ts"
import { paypal } from "./paypal.ts"
import { sezzle } from "./sezzle.ts"
import { zip } from "./zip.ts"

export type { Neighbour, Options as NeighbourOptions, Person as NeighbourPerson } from "./Neighbour.ts"

export const neighbours = { affirm, afterpay, "cash-app": cashApp, chime, paypal, sezzle, zip } as const
