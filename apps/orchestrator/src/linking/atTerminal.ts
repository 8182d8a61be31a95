/** Why an account cannot be linked, in words for the person at the terminal. */
import type { Institution } from "@paymirror/connector-psd2/banks"
import * as Effect from "effect/Effect"
import * as Connectors from "../Connectors.ts"
import * as Credentials from "../Credentials.ts"
import { type Code, codes, Refusal } from "../Exit.ts"
import type { Unready } from "./Unready.ts"

const refusal = (code: Code, message: string) => new Refusal({ code, message })

export const atTerminal = ({ why }: Unready): Effect.Effect<never, Refusal, Connectors.Machine> =>
  Effect.flatMap(Credentials.folder, (folder) => Effect.fail(refusalOf(why, folder)))

const refusalOf = (why: Unready["why"], folder: string): Refusal => {
  switch (why._tag) {
    case "NoConnector":
      return refusal(
        codes.usage,
        `There is no connector "${why.connector}" to link. Known: ${Connectors.linkable.join(", ")}. A file is imported: paymirror import FILE.`
      )
    case "WhichBank":
      return refusal(codes.usage, "Which bank? Name it with --institution. They are listed by: paymirror institutions")
    case "NoBank":
      return refusal(codes.usage, `There is no institution "${why.named}". They are listed by: paymirror institutions`)
    case "HostLacks":
      return refusal(codes.configuration, without(why.institution, why.missing, folder))
    case "HostBroken":
      return refusal(
        codes.configuration,
        `${why.detail}. This is for whoever runs this program; \`paymirror doctor\` says what is there.`
      )
    case "BadSettings":
      return refusal(codes.usage, why.detail)
    case "NoAddress":
      return refusal(
        codes.configuration,
        `${why.institution.name} has not published where it answers. Name the address with --base-url.`
      )
    case "NoReturn":
      return refusal(
        codes.configuration,
        `${why.institution.name} sends you back to an address that is registered there. Name it with --redirect-url; ` +
          "one like http://localhost:8410/back is answered by this program."
      )
    case "NoPersonAddress":
      return refusal(
        codes.configuration,
        `${why.institution.name} wants an IP address beside the request for consent. Give your own device's with --address, ` +
          "or this host's own with PAYMIRROR_PSD2_OWN_ADDRESS."
      )
    case "NoStreams":
      return refusal(
        codes.usage,
        `${why.manifest.name} has none of ${why.asked.join(", ")}. See: paymirror routes --market CC`
      )
  }
}

const without = (institution: Institution, missing: ReadonlyArray<string>, folder: string): string => {
  const { market, name } = institution
  const aggregator =
    institution.dialect === "enable-banking"
      ? ""
      : `, or go through an aggregator that has a licence, if it reaches this bank:\n  paymirror link psd2 --institution enable-banking --bank NAME --market ${market}`
  return [
    `${name} lets in only those who hold what is asked for. This host lacks:`,
    ...missing.map((one) => `  - ${one}`),
    `It is named by environment variables (PAYMIRROR_PSD2_…, see the README) or lies in ${folder}.`,
    `Without it, import a file you download there (paymirror import FILE)${aggregator}`
  ].join("\n")
}
