/**
 * What may be registered as a receiver's address, by its spelling alone: https, a name or a public address, port 443 or
 * one from 1024 on, no user and password. What the name points to is looked at when it is dialled.
 */
import { isIP } from "node:net"
import { isPublic } from "./Address.ts"

/** The URL as it is kept, or why it is none, in words for whoever sent it. */
export type Checked = { readonly url: string } | { readonly refused: string }

const longest = 2048

export const check = (text: string, allowPrivate: boolean): Checked => {
  const url = URL.parse(text)
  if (url === null || text.length > longest) return { refused: "That is not a URL of at most 2048 characters." }
  if (url.username !== "" || url.password !== "")
    return { refused: "A URL with a user or a password is not taken; deliveries are signed instead." }
  if (url.hash !== "") return { refused: "A URL with a fragment is not taken; leave out what follows the #." }
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:"))
    return { refused: "Only https URLs are taken." }
  if (allowPrivate) return { url: url.href }
  if (url.port !== "" && Number(url.port) < 1024)
    return { refused: "Below 1024 only port 443 is taken; use it or one from 1024 on." }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1")
  const isLocal = isIP(host) === 0 ? /(^|\.)localhost\.?$/.test(host) : !isPublic(host)
  return isLocal ? { refused: "The address is not a public one." } : { url: url.href }
}
