/** Every bank this connector knows by name. One that is not here can be given as a record. */
import type { Institution } from "../Institution.ts"
import { institutions as klarna } from "./klarna.ts"

export const institutions: ReadonlyArray<Institution> = [...klarna]

export const find = (id: string): Institution | undefined => institutions.find((one) => one.id === id)
