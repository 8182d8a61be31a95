/**
 * The commands by their names, in the order `--help` shows them. Those that a line names are loaded and no others, which is
 * half of the time of a short one; where it names none all of them are, so that help and advice are whole.
 */
const loaders = {
  "demo": async () => (await import("./commands/demo.ts")).demo,
  "routes": async () => (await import("./commands/routes.ts")).routes,
  "institutions": async () => (await import("./commands/institutions.ts")).institutions,
  "link": async () => (await import("./commands/link.ts")).link,
  "connections": async () => (await import("./commands/connections.ts")).connections,
  "reconfirm": async () => (await import("./commands/reconfirm.ts")).reconfirm,
  "sync": async () => (await import("./commands/sync.ts")).sync,
  "import": async () => (await import("./commands/import.ts")).importCommand,
  "show": async () => (await import("./commands/show.ts")).show,
  "due": async () => (await import("./commands/due.ts")).due,
  "changes": async () => (await import("./commands/changes.ts")).changes,
  "explain": async () => (await import("./commands/explain.ts")).explain,
  "quarantine": async () => (await import("./commands/quarantine.ts")).quarantine,
  "doctor": async () => (await import("./commands/doctor.ts")).doctor,
  "check-live": async () => (await import("./commands/checkLive.ts")).checkLive,
  "record": async () => (await import("./commands/record.ts")).record,
  "export": async () => (await import("./commands/export.ts")).exportCommand,
  "serve": async () => (await import("./commands/serve.ts")).serve,
  "keys": async () => (await import("./commands/keys.ts")).keys,
  "tenants": async () => (await import("./commands/tenants.ts")).tenants,
  "master-key": async () => (await import("./commands/masterKey.ts")).masterKey,
  "withdraw": async () => (await import("./commands/withdraw.ts")).withdraw,
  "consents": async () => (await import("./commands/consents.ts")).consents,
  "audit": async () => (await import("./commands/audit.ts")).audit,
  "retention": async () => (await import("./commands/retention.ts")).retention,
  "hold": async () => (await import("./commands/hold.ts")).hold,
  "export-person": async () => (await import("./commands/person.ts")).exportPersonCommand,
  "import-person": async () => (await import("./commands/person.ts")).importPersonCommand,
  "erase": async () => (await import("./commands/erase.ts")).erase
} as const

type Name = keyof typeof loaders

const names = Object.keys(loaders) as ReadonlyArray<Name>

/** The commands a command line may be about. */
export const commandsOf = (argv: ReadonlyArray<string>) => {
  const named = names.filter((name) => argv.includes(name))
  return Promise.all((named.length === 0 ? names : named).map((name) => loaders[name]()))
}
