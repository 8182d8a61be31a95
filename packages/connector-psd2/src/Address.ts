/** Which addresses are safe to send something to, or somebody: https, or http on this very machine. */
const local = new Set(["127.0.0.1", "localhost", "[::1]"])

export const isSafe = ({ hostname, protocol }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && local.has(hostname))
