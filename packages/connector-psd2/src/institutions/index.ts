/** Every bank this connector knows by name. One that is not here can be given as a record. */
import type { Institution } from "../Institution.ts"
import { institutions } from "./klarna.ts"

export { institutions }

export const find = (id: string): Institution | undefined => institutions.find((one) => one.id === id)
