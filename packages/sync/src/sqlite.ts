/** SQLite for the engine: the driver over Node's own `node:sqlite`. */
export { layer, type Options } from "./SqliteClient.ts"
