/** Why an account cannot be linked, or an answer was not taken, as problems for the tenant's program. */
import { Problem } from "@paymirror/api"
import * as Connectors from "../Connectors.ts"
import type { NotTaken } from "./Linking.ts"
import type { Unready } from "./Unready.ts"

const unprocessable = (detail: string) => new Problem.Unprocessable({ detail })
const unavailable = (detail: string) => new Problem.Unavailable({ detail })

export const unready = ({ why }: Unready): Problem.Unprocessable | Problem.Unavailable => {
  switch (why._tag) {
    case "NoConnector":
      return unprocessable(
        `There is no connector "${why.connector}" to link. Known: ${Connectors.linkable.join(", ")}. A file is imported with POST /v1/imports.`
      )
    case "WhichBank":
      return unprocessable("Name the bank with `institution`. `paymirror institutions` lists them.")
    case "NoBank":
      return unprocessable(`There is no institution "${why.named}". \`paymirror institutions\` lists them.`)
    case "HostLacks":
      return unavailable(`For ${why.institution.name} this host lacks: ${why.missing.join("; ")}.`)
    case "HostBroken":
      return unavailable(
        "What this host has for the bank is expired, unreadable or does not fit. Whoever runs it sees with `paymirror doctor` what it is."
      )
    case "BadSettings":
      return unprocessable(`It cannot be set up: ${why.detail}.`)
    case "NoAddress":
      return unavailable(
        `${why.institution.name} has not published where it answers, so this host cannot reach it. Name the address with \`baseUrl\`, where the host allows it.`
      )
    case "NoReturn":
      return unavailable(`${why.institution.name} sends people back to an address, and this host has none.`)
    case "NoPersonAddress":
      return unavailable(
        `${why.institution.name} wants an IP address beside the request for consent. Give the person's with \`presence\`, or have this host's own set up (PAYMIRROR_PSD2_OWN_ADDRESS).`
      )
    case "NoStreams":
      return unprocessable(`${why.manifest.name} has none of ${why.asked.join(", ")}.`)
  }
}

const conflict = {
  "busy": "Another answer is being worked on. Look at the session in a moment.",
  "over": "The session is over. Open a new one.",
  "other-step": "The session is at another step. Look at it and answer what it asks."
} as const

/** Why a session could not be cancelled. */
export const notCancelled = ({ why }: NotTaken) =>
  new Problem.Conflict({ detail: why === "busy" ? conflict.busy : conflict.over })

export const notTaken = ({ why }: NotTaken): Problem.Conflict | Problem.Unprocessable | Problem.Unavailable => {
  switch (why) {
    case "busy":
    case "over":
    case "other-step":
      return new Problem.Conflict({ detail: conflict[why] })
    case "other-return":
      return unprocessable(
        "The address belongs to another conversation. Send the whole address the person came back to."
      )
    case "later":
      return unavailable(
        "The provider does not answer for now. Nothing is lost; send the same answer again in a minute."
      )
  }
}
