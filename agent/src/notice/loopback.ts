import { randomBytes } from "node:crypto";
import type { OpenNotice } from "../main.ts";
import { openNotice } from "./open-notice.ts";

/** The notice as pages on loopback, over the built assets in this folder. */
export function loopbackNotice(assets: string, port = 0): OpenNotice {
  return async ({ source, permits }) => {
    const notice = await openNotice({
      source,
      permits,
      port,
      assets,
      random: (n) => new Uint8Array(randomBytes(n)),
      monotonic: () => performance.now() / 1_000,
    });
    return { url: notice.address, close: notice.close };
  };
}
