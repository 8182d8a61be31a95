/**
 * What this host may show a bank: its licence, certificates and registrations. Each is named by an environment variable,
 * else lies under its file name in the settings folder (`psd2/`), where a folder of a bank's own (`psd2/klarna-de/`) goes
 * before both. Keys are read when a connector is built, are redacted from then on, and are never printed.
 */
import { ConnectorError } from "@paymirror/core"
import type { Credentials as Psd2Credentials } from "@paymirror/connector-psd2/banks"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { isIP } from "node:net"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as UserDirectories from "effect/persistence/UserDirectories"

interface Kind {
  /** The variable holds a text, or names a file. */
  readonly variable: string
  readonly holds: "text" | "certificate" | "key"
  /** In the settings folder. */
  readonly file: string
  readonly what: string
  /** What is wrong with such a text. */
  readonly refuse?: (text: string) => string | undefined
}

const algorithms = ["PS256", "ES256"] as const
type Algorithm = (typeof algorithms)[number]

const isAlgorithm = (text: string): text is Algorithm => algorithms.some((one) => one === text)

const kinds = {
  licence: { variable: "PAYMIRROR_PSD2_LICENCE", holds: "text", file: "licence", what: "licence" },
  transportCert: {
    variable: "PAYMIRROR_PSD2_TRANSPORT_CERT",
    holds: "certificate",
    file: "transport.crt",
    what: "transport certificate (QWAC)"
  },
  transportKey: {
    variable: "PAYMIRROR_PSD2_TRANSPORT_KEY",
    holds: "key",
    file: "transport.key",
    what: "transport key"
  },
  transportCa: {
    variable: "PAYMIRROR_PSD2_TRANSPORT_CA",
    holds: "certificate",
    file: "transport.ca",
    what: "authority of the bank's certificate"
  },
  sealCert: {
    variable: "PAYMIRROR_PSD2_SEAL_CERT",
    holds: "certificate",
    file: "seal.crt",
    what: "seal certificate (QSEAL)"
  },
  sealKey: { variable: "PAYMIRROR_PSD2_SEAL_KEY", holds: "key", file: "seal.key", what: "seal key" },
  ownAddress: {
    variable: "PAYMIRROR_PSD2_OWN_ADDRESS",
    holds: "text",
    file: "own.address",
    what: "this host's own IP address",
    refuse: (text) => (isIP(text) === 0 ? "is not an IP address" : undefined)
  },
  clientId: { variable: "PAYMIRROR_PSD2_CLIENT_ID", holds: "text", file: "client.id", what: "client id" },
  clientKey: { variable: "PAYMIRROR_PSD2_CLIENT_KEY", holds: "key", file: "client.key", what: "client key" },
  clientKeyId: { variable: "PAYMIRROR_PSD2_CLIENT_KEY_ID", holds: "text", file: "client.kid", what: "client key id" },
  clientAlg: {
    variable: "PAYMIRROR_PSD2_CLIENT_ALG",
    holds: "text",
    file: "client.alg",
    what: "client key algorithm",
    refuse: (text) => (isAlgorithm(text) ? undefined : `is none of ${algorithms.join(", ")}`)
  },
  application: {
    variable: "PAYMIRROR_ENABLE_BANKING_APP",
    holds: "text",
    file: "enable-banking.app",
    what: "Enable Banking application"
  },
  applicationKey: {
    variable: "PAYMIRROR_ENABLE_BANKING_KEY",
    holds: "key",
    file: "enable-banking.key",
    what: "Enable Banking key"
  }
} as const satisfies Record<string, Kind>

type Name = keyof typeof kinds

/** One of them as it was found. */
export interface Piece {
  readonly what: string
  /** The variable or file it comes from. */
  readonly where: string
  readonly trouble: string | undefined
  /** A certificate's end, ISO. */
  readonly until: string | undefined
  readonly content: Redacted.Redacted<string>
}

const read = (path: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* Effect.option(fs.readFileString(path))
  })

/** Where they lie unless a variable names them. */
export const folder = Effect.gen(function* () {
  const path = yield* Path.Path
  const { config } = yield* UserDirectories.UserDirectories
  return path.join(yield* Effect.orDie(config("paymirror")), "psd2")
})

/** The text of a piece and where it was found; `undefined` where there is none. */
const locate = (kind: Kind, institution: string | undefined) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const shared = yield* folder
    const own = institution === undefined ? undefined : path.join(shared, institution, kind.file)
    if (own !== undefined && (yield* Effect.orDie(fs.exists(own)))) return { where: own, text: yield* read(own) }
    const named = yield* Effect.orDie(Config.option(Config.String(kind.variable)))
    if (Option.isSome(named)) {
      return { where: kind.variable, text: kind.holds === "text" ? named : yield* read(named.value) }
    }
    const general = path.join(shared, kind.file)
    return (yield* Effect.orDie(fs.exists(general))) ? { where: general, text: yield* read(general) } : undefined
  })

const certificateOf = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

const isKey = (pem: string): boolean => {
  try {
    createPrivateKey(pem)
    return true
  } catch {
    return false
  }
}

const day = (instant: string): string => instant.slice(0, 10)

/** What is wrong with a text that should be of this kind, and when it ends, by the machine's clock as TLS sees it. */
const judge = (kind: Kind, text: string): Pick<Piece, "trouble" | "until"> => {
  if (text === "") return { trouble: "is empty", until: undefined }
  if (kind.holds === "key") return { trouble: isKey(text) ? undefined : "is not a private key", until: undefined }
  if (kind.holds === "text") return { trouble: kind.refuse?.(text), until: undefined }
  const certificate = certificateOf(text)
  if (certificate === undefined) return { trouble: "is not a certificate", until: undefined }
  const until = certificate.validToDate.toISOString()
  return { trouble: certificate.validToDate.getTime() <= Date.now() ? `expired on ${day(until)}` : undefined, until }
}

const find = (name: Name, institution: string | undefined) =>
  Effect.gen(function* () {
    const kind: Kind = kinds[name]
    const found = yield* locate(kind, institution)
    if (found === undefined) return undefined
    const text = Option.map(found.text, (one) => one.trim())
    const piece: Piece = {
      what: kind.what,
      where: found.where,
      content: Redacted.make(Option.getOrElse(text, () => "")),
      ...Option.match(text, {
        onNone: () => ({ trouble: "cannot be read", until: undefined }),
        onSome: (one) => judge(kind, one)
      })
    }
    return piece
  })

type Pieces = Partial<Readonly<Record<Name, Piece>>>

const gather = (institution: string | undefined) =>
  Effect.gen(function* () {
    const found: Partial<Record<Name, Piece>> = {}
    for (const name of Object.keys(kinds) as ReadonlyArray<Name>) {
      const piece = yield* find(name, institution)
      if (piece !== undefined) found[name] = piece
    }
    return pairs(found)
  })

const value = (piece: Piece): string => Redacted.value(piece.content)

const belongs = (certificate: Piece, key: Piece): boolean => {
  try {
    return new X509Certificate(value(certificate)).checkPrivateKey(createPrivateKey(value(key)))
  } catch {
    return false
  }
}

/** A key beside a certificate has to be its own. */
const pairs = (found: Pieces): Pieces => {
  const check = (cert: Name, key: Name): Pieces => {
    const [certificate, secret] = [found[cert], found[key]]
    return certificate === undefined ||
      secret === undefined ||
      secret.trouble !== undefined ||
      belongs(certificate, secret)
      ? {}
      : { [key]: { ...secret, trouble: "is not the key of its certificate" } }
  }
  return { ...found, ...check("transportCert", "transportKey"), ...check("sealCert", "sealKey") }
}

/** Everything this host has, for a bank or in general, sound or not. */
export const pieces = (institution?: string) =>
  Effect.map(gather(institution), (found): ReadonlyArray<Piece> => Object.values(found))

const assemble = (found: Pieces): Psd2Credentials => {
  const { application, applicationKey, clientAlg, clientId, clientKey, clientKeyId, licence } = found
  const algorithm = clientAlg === undefined ? "" : value(clientAlg)
  const { sealCert, sealKey, transportCa, transportCert, transportKey } = found
  return {
    ...(licence && { licence: value(licence) }),
    ...(transportCert &&
      transportKey && {
        transport: {
          certificate: value(transportCert),
          key: transportKey.content,
          ...(transportCa && { ca: value(transportCa) })
        }
      }),
    ...(sealCert && sealKey && { seal: { certificate: value(sealCert), key: sealKey.content } }),
    ...(clientId &&
      clientKey &&
      clientKeyId && {
        client: {
          id: value(clientId),
          key: clientKey.content,
          keyId: value(clientKeyId),
          algorithm: isAlgorithm(algorithm) ? algorithm : "PS256"
        }
      }),
    ...(application && applicationKey && { application: { id: value(application), key: applicationKey.content } })
  }
}

/** What there is, whether or not it is of use: enough to say what is missing. */
export const held = (institution?: string) => Effect.map(gather(institution), assemble)

/** What a connector is built with. What is there and of no use (expired, unreadable, not a pair) is refused by name. */
export const load = (institution: string, connector: string) =>
  Effect.gen(function* () {
    const found = yield* gather(institution)
    const bad = Object.values(found).filter((piece) => piece.trouble !== undefined)
    if (bad.length > 0) {
      const detail = bad.map((piece) => `the ${piece.what} (${piece.where}) ${piece.trouble ?? ""}`).join("; ")
      const reason = new ConnectorError.ConfigurationRequired({ detail })
      return yield* new ConnectorError.ConnectorError({ connector, reason })
    }
    const { ownAddress } = found
    return { credentials: assemble(found), ownAddress: ownAddress && value(ownAddress) }
  })
