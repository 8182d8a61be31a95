/**
 * The clients a bank's authorisation server knows: who they are, the public keys they sign with and where a person may
 * be sent back to. A client is entered by command, as if its registration were done. No secret is kept here: a client
 * proves itself with a signature.
 */
import type { JSONWebKeySet } from "jose"
import { Refused } from "../../Refused.ts"

export interface Client {
  readonly id: string
  /** What the approval page calls it. */
  readonly name: string
  readonly redirectUris: ReadonlyArray<string>
  readonly jwks: JSONWebKeySet
}

export class Clients {
  readonly #clients = new Map<string, Client>()

  /** Enters a client, or puts new keys and addresses in the place of its old ones. */
  register(client: Client): Client {
    if (client.redirectUris.some((uri) => URL.parse(uri) === null)) throw new Refused("a redirect address is no URL")
    if (client.jwks.keys.some((key) => "d" in key || "k" in key)) throw new Refused("a client keeps its private keys")
    this.#clients.set(client.id, client)
    return client
  }

  find(id: string | undefined): Client | undefined {
    return id === undefined ? undefined : this.#clients.get(id)
  }
}
