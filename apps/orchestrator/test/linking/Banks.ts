/** A host as banks want it, with a service beside it: banks over mutual TLS, credentials in a folder, one port for both. */
import { type Host, equip, host, register } from "../Host.ts"
import { join } from "node:path"
import { freePort, type Service, service } from "./Service.ts"

export interface BankedService {
  readonly at: Service
  readonly banks: Host["banks"]
  readonly close: () => Promise<void>
}

/** `polls`: after how many looks somebody who is asked in an app answers; 0 for never by themselves. */
export const withBanks = async (
  institutions: ReadonlyArray<string>,
  polls: number,
  others: ReadonlyArray<string> = []
): Promise<BankedService> => {
  const banked = await host(institutions, polls)
  await equip(banked)
  const port = await freePort()
  for (const institution of institutions) {
    if (banked.banks.institution(institution).authorisation !== undefined) {
      register(banked, institution, `http://localhost:${port}/link/back`)
    }
  }
  const at = await service({
    port,
    settings: join(banked.folder, "config", "paymirror"),
    allowedBaseUrls: [...institutions.map((institution) => banked.banks.baseUrl(institution)), ...others]
  })
  return {
    at,
    banks: banked.banks,
    close: async () => {
      await at.close()
      await banked.close()
    }
  }
}
