import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { consoleOrigin, type ServerConfig } from "./config.ts";
import { createSignInLink, type SignInDeps } from "./domain/sign-in.ts";
import { openTrust } from "./ingest/trust/source.ts";
import { openConsoleStore } from "./store/console-store.ts";

const lifeSeconds = 86_400;

/**
 * The address that signs one reviewer in, once, within a day. Works beside a running console: only the link's hash is
 * stored. Throws FORBIDDEN where the roster names no such reviewer now.
 */
export async function makeSignInLink(config: ServerConfig, reviewerId: string): Promise<string> {
  const trust = await openTrust({ folder: config.OVERT_TUF, rootSha256: config.OVERT_TUF_ROOT_SHA256 });
  const store = await openConsoleStore(join(config.OVERT_DATA, "console.sqlite"));
  try {
    const deps: SignInDeps = {
      store,
      reviewers: () => trust.current().reviewers,
      now: () => Math.floor(Date.now() / 1_000),
      random: (n) => new Uint8Array(randomBytes(n)),
    };
    return `${consoleOrigin(config)}/sign-in/${await createSignInLink(deps, { reviewerId, lifeSeconds })}`;
  } finally {
    await store.close();
  }
}
