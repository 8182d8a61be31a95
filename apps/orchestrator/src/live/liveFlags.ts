/** What the commands that look at a live account take alike. */
import { StreamName } from "@paymirror/core"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"

export const connection = Argument.String("connection").pipe(
  Argument.withDescription("The connection's id, as `paymirror connections` lists it")
)

export const streams = Flag.Literals("stream", StreamName.streamNames).pipe(
  Flag.withDescription("Only this stream; may be repeated. Default: all that the consent covers"),
  Flag.atLeast(0)
)

export const address = Flag.String("address").pipe(
  Flag.withDescription("The IP address of your own device: you are there and ask, so no budget is spent"),
  Flag.optional
)

/** The path of the address a connection's provider is reached at, which a map of the wire leaves out. */
export const basePath = ({ baseUrl }: Readonly<Record<string, string>>): string =>
  baseUrl === undefined ? "" : new URL(baseUrl).pathname.replace(/\/+$/, "")
