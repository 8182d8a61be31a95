/**
 * The `HttpClient` of a host on Node that presents its own certificate: a bank under PSD2 lets nobody in without one, and
 * ends the TLS handshake of those it does not accept. TLS 1.2 or later; the bank's own certificate is checked against the
 * authorities Node trusts, or against the one that is given. It needs `@effect/platform-node`.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as HttpClient from "effect/http/HttpClient"
import type { Credentials } from "./Credentials.ts"

/** Without a transport certificate it is an ordinary client, for aggregators. */
export const layer = ({ transport }: Pick<Credentials, "transport">): Layer.Layer<HttpClient.HttpClient> =>
  Layer.suspend(() =>
    NodeHttpClient.layerNodeHttpOptions({
      keepAlive: true,
      minVersion: "TLSv1.2",
      rejectUnauthorized: true,
      ...(transport !== undefined && {
        cert: transport.certificate,
        key: Redacted.value(transport.key),
        ...(transport.ca !== undefined && { ca: transport.ca })
      })
    })
  )
