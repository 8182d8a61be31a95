/** For connectors of downloaded files: files of an invented person as a far side, and a file driven as a host drives it. */
export * from "./Download.ts"
export { folder, type Folder, lines } from "./folder.ts"
export * from "./imported.ts"
