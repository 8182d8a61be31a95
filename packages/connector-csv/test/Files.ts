/** The connector over real files of the formats it is tried on, driven as a host does. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import {
  folder,
  importFile as imported,
  link as linked,
  type Options,
  refusal as refused
} from "@paymirror/connector-testing/files"
import * as Layer from "effect/Layer"
import { layer } from "../src/index.ts"
import { formats } from "./formats.ts"

export { lines, readAccount } from "@paymirror/connector-testing/files"

export const { write } = folder()

export const live = Layer.provide(layer(formats), NodeFileSystem.layer)

const inTheStates = (options: Options = {}): Options => ({ market: "US", ...options })

export const link = (path: string, options?: Options) => linked(path, inTheStates(options))
export const importFile = (path: string, options?: Options) => imported(path, inTheStates(options))
export const refusal = (path: string, options?: Options) => refused(path, inTheStates(options))
