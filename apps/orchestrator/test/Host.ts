/** A host as banks want it: a licence, a certificate and a registration, in a home of its own, and banks beside it. */
import { BankSandbox, type RunningBanks } from "@paymirror/sandbox"
import { generateKeyPairSync } from "node:crypto"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { type Home, home } from "./terminal.ts"

export interface Host extends Home {
  readonly banks: RunningBanks & { readonly close: () => Promise<void> }
  /** Writes a file of the host's settings for banks. */
  readonly lay: (name: string, text: string) => string
  /** A file with what a person would enter. */
  readonly entered: (values: Readonly<Record<string, string>>) => string
  readonly close: () => Promise<void>
}

export const licence = "PSDSE-FINA-123456"

/** Banks on the machine's own time, as the command line is. `polls`: when a person asked on their telephone answers. */
export const host = async (institutions: ReadonlyArray<string>, polls: number): Promise<Host> => {
  const at = home()
  const banks = await BankSandbox.start({ institutions, polls, startAt: new Date().toISOString() })
  const folder = join(at.folder, "config", "paymirror", "psd2")
  mkdirSync(folder, { recursive: true })
  let files = 0
  return {
    ...at,
    banks,
    lay: (name, text) => {
      const path = join(folder, name)
      mkdirSync(join(path, ".."), { recursive: true })
      writeFileSync(path, text, { mode: 0o600 })
      return path
    },
    entered: (values) => {
      files += 1
      const path = join(at.folder, `entered-${files}.json`)
      writeFileSync(path, JSON.stringify(values))
      return path
    },
    close: async () => {
      await banks.close()
      at.remove()
    }
  }
}

/** Gives the host what the law asks for. */
export const equip = async ({ banks, lay }: Host): Promise<void> => {
  const { cert, key } = await banks.certificates.qwac({ organizationId: licence, roles: ["PSP_AI"] })
  lay("licence", `${licence}\n`)
  lay("transport.crt", cert)
  lay("transport.key", key)
  lay("transport.ca", banks.certificates.ca)
  // Reserved for examples (RFC 5737).
  lay("own.address", "198.51.100.20")
}

const application = "018f3c1e-0000-7000-8000-000000000001"

/** Registers the host at the aggregator, and gives it nothing else. */
export const apply = ({ banks, lay }: Host, redirectUrl: string): void => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  banks.institution("enable-banking").aggregator?.applications.register({
    id: application,
    name: "paymirror",
    publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(),
    redirectUrls: [redirectUrl]
  })
  lay("enable-banking.app", application)
  lay("enable-banking.key", privateKey.export({ format: "pem", type: "pkcs8" }).toString())
}

/** An address on this machine that nobody listens at. */
export const freeAddress = async (): Promise<string> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const bound = server.address()
  server.close()
  return `http://localhost:${typeof bound === "object" && bound !== null ? bound.port : 0}/back`
}

/** Registers the host at one bank's authorisation server. */
export const register = ({ banks, lay }: Host, institution: string, redirectUrl: string): void => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  banks.institution(institution).authorisation?.clients.register({
    id: "host-1",
    name: "paymirror",
    redirectUris: [redirectUrl],
    jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "host-key" }] }
  })
  lay(`${institution}/client.id`, "host-1")
  lay(`${institution}/client.kid`, "host-key")
  lay(`${institution}/client.key`, privateKey.export({ format: "pem", type: "pkcs8" }).toString())
}
