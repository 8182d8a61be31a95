/** Why an account cannot be linked as it was asked for, before anybody is asked anything. Each door says it in its own words. */
import type { Manifest, StreamName } from "@paymirror/core"
import type { Institution } from "@paymirror/connector-psd2/banks"
import * as Data from "effect/Data"

export type Why =
  | { readonly _tag: "NoConnector"; readonly connector: string }
  /** The connector speaks for several banks, and none was named. */
  | { readonly _tag: "WhichBank" }
  | { readonly _tag: "NoBank"; readonly named: string }
  /** A licence, a certificate: what the law or the bank asks of this host. */
  | { readonly _tag: "HostLacks"; readonly institution: Institution; readonly missing: ReadonlyArray<string> }
  /** What is there is of no use (expired, unreadable, not a pair). */
  | { readonly _tag: "HostBroken"; readonly detail: string }
  /** The connector cannot be set up with the addresses that were named. */
  | { readonly _tag: "BadSettings"; readonly detail: string }
  /** The bank has not published where it answers. */
  | { readonly _tag: "NoAddress"; readonly institution: Institution }
  /** The bank sends people back, and nobody said where to. */
  | { readonly _tag: "NoReturn"; readonly institution: Institution }
  /** The bank wants an IP address beside the request for consent, and neither the person's nor the host's is known. */
  | { readonly _tag: "NoPersonAddress"; readonly institution: Institution }
  | {
      readonly _tag: "NoStreams"
      readonly manifest: Manifest.Manifest
      readonly asked: ReadonlyArray<StreamName.StreamName>
    }

export class Unready extends Data.TaggedError("Unready")<{ readonly why: Why }> {}
