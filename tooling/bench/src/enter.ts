/**
 * A child process: `enter <which> …`. Whatever runs the engine has its schemas compiled, as the orchestrator has; a limit
 * and the server load nothing of Effect.
 */
const compiled = () => import("effect/schema/SchemaJITCompiler/enable")

const children: Readonly<Record<string, () => Promise<unknown>>> = {
  schema: () => import("./children/schema.ts"),
  serve: () => import("./children/serve.ts"),
  socket: () => compiled().then(() => import("./children/socket.ts")),
  socketLimit: () => import("./children/socketLimit.ts"),
  compare: () => compiled().then(() => import("./children/compare.ts")),
  file: () => compiled().then(() => import("./children/file.ts")),
  fileLimit: () => import("./children/fileLimit.ts"),
  serveBank: () => import("./children/serveBank.ts"),
  bank: () => compiled().then(() => import("./children/bank.ts")),
  bankLimit: () => import("./children/bankLimit.ts"),
  apiLimit: () => import("./children/apiLimit.ts"),
  apiLoad: () => import("./children/apiLoad.ts"),
  growth: () => compiled().then(() => import("./children/growth.ts")),
  webhookSource: () => compiled().then(() => import("./children/webhookSource.ts"))
}

const which = process.argv[2] ?? ""
const load = children[which]
if (load === undefined) throw new Error(`there is no child ${which}`)
await load()
