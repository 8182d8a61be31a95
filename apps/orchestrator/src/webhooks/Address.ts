/**
 * Which network addresses are somebody's on the open internet. Everything else (this machine, its network, ranges that
 * reach an inner address by translation or tunnel, documentation, benchmarks, multicast, what is reserved) is not.
 */
import { isIP } from "node:net"
import ipaddr from "ipaddr.js"

// Special, and passed for ordinary by the library: IPv4-compatible addresses and the dummy prefix of RFC 9780.
const gaps = ["::/96", "100:0:0:1::/64"].map((range) => ipaddr.IPv6.parseCIDR(range))

/** Whether an address, in numbers, is a public one. What is no address is not. */
export const isPublic = (address: string): boolean => {
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== "unicast") return false
  return parsed instanceof ipaddr.IPv4 || gaps.every((gap) => !parsed.match(gap))
}
