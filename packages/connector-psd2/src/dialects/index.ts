/** Every dialect by its name: how a bank's interface is spelled. A new one is a line here and a folder beside. */
import type { Dialect } from "../Dialect.ts"
import type { DialectName } from "../Institution.ts"
import type * as HttpClient from "effect/http/HttpClient"
import type { Settings } from "../Options.ts"
import { make as berlin } from "./berlin/index.ts"
import { make as enableBanking } from "./enableBanking/index.ts"
import { make as klarna } from "./klarna/index.ts"
import { make as obie } from "./obie/index.ts"

export type Make = (http: HttpClient.HttpClient, settings: Settings) => Dialect

export const dialects: Readonly<Record<DialectName, Make>> = {
  berlin,
  klarna,
  obie,
  "enable-banking": enableBanking
}
