/**
 * The conversation that links a file: it asks for an upload, reads the file whole, and answers with what was found. The
 * account is named by its provider and by the person, never by the file, so that the next export meets the same rows.
 */
import { Account, type ConnectorError, type Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Files } from "./Files.ts"
import type { Grant } from "./Grant.ts"
import type { Readable } from "./recognise.ts"
import { said, stated } from "./said.ts"
import { type Scan, scan } from "./scan.ts"
import { unreadable } from "./Source.ts"

export const link = (files: Files, readable: Readable) =>
  Effect.fnUntraced(function* ({
    answer,
    state
  }: Link.LinkInput): Effect.fn.Return<Link.LinkStep<Grant>, ConnectorError.ConnectorError> {
    if (answer._tag !== "Uploaded") {
      return {
        _tag: "Upload",
        message: "Choose the CSV file you downloaded from the provider.",
        state: answer._tag === "Start" ? (answer.market ?? "") : state
      }
    }
    const { options } = answer
    const told = yield* said(files, readable, options)
    const { map } = told
    const path = yield* Effect.mapError(files.realPath(answer.path), unreadable)
    const found = yield* scan(files, path, told)
    const country = options["market"] ?? state
    const market = country === "" ? found.format.market : yield* stated(Account.Market, "market", country)
    return {
      _tag: "Linked",
      grant: {
        path,
        size: found.size,
        fingerprint: found.fingerprint,
        format: found.format.id,
        ...(map === undefined ? {} : { map }),
        encoding: found.encoding,
        delimiter: found.delimiter,
        header: found.layout.header,
        ...(found.dateOrder === undefined ? {} : { dateOrder: found.dateOrder }),
        ...(found.decimal === undefined ? {} : { decimal: found.decimal }),
        currencies: found.currencies,
        rows: found.rows
      },
      accounts: accounts(found, market, options["account"] ?? "default"),
      found: {
        format: found.format.id,
        rows: found.rows,
        encoding: found.encoding,
        columns: found.layout.header.length
      }
    }
  })

const accounts = (
  { format, currencies }: Scan,
  market: Account.Market | undefined,
  account: string
): ReadonlyArray<Account.LinkedAccount> =>
  currencies.map((currency) => ({
    provider: format.provider,
    identification: `csv:${format.provider}:${account}`,
    currency,
    ...(market === undefined ? {} : { market }),
    legalEntity: format.legalEntity ?? format.legalEntities?.[market ?? ""] ?? format.providerName,
    status: "OPEN",
    displayName: `${format.providerName} ${currency}${account === "default" ? "" : ` (${account})`}`
  }))
