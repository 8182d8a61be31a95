/** Every bank this connector knows by name. One that is not here can be given as a record. */
import type { Institution } from "../Institution.ts"
import { institutions as klarna } from "./klarna.ts"
import { institutions as revolut } from "./revolut.ts"

export const institutions: ReadonlyArray<Institution> = [...klarna, ...revolut]

export const find = (id: string): Institution | undefined => institutions.find((one) => one.id === id)
