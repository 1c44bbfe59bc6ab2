import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TransportError, VerificationError } from "@overt/shared/errors.ts";
import type { EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import type { Authority } from "../../core/authority.ts";
import { requireSafeOrigin } from "../transport/http.ts";
import { makeHttpSource } from "../tuf/http-source.ts";
import { openTufKeeper } from "../tuf/keeper.ts";
import { fetchPinnedRoot } from "../tuf/pinned-root.ts";
import { parseAuthorityRegistry, requireKnownRoot } from "../tuf/root-policy.ts";

export interface AuthorityOptions {
  /** Folder in which each agency's published files are kept, by the hash of its root. */
  readonly folder: string;
  readonly registryPath: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** A steady clock in milliseconds. */
  readonly clock: () => number;
}

const refreshTimeoutMs = 60_000;

/** Agencies by TUF: the root by the registry or as practice on loopback, everything else by that root. */
export function openAuthority(options: AuthorityOptions): Authority {
  const source = (token: EnrolmentToken, signRequest?: (path: string) => Record<string, string>) =>
    makeHttpSource({
      serverUrl: requireSafeOrigin(token.serverUrl),
      fetch: options.fetch,
      timeoutMs: options.timeoutMs,
      ...(signRequest && { signRequest }),
    });
  const open: Authority["open"] = (token, signRequest) =>
    openTufKeeper({
      folder: join(options.folder, token.tufRootSha256),
      pinnedRootSha256: token.tufRootSha256,
      shippedRoots: [],
      source: source(token, signRequest),
      clock: options.clock,
      refreshTimeoutMs,
    });
  return {
    open,
    async admit(token, now) {
      const rootBytes = await fetchPinnedRoot(source(token), token.tufRootSha256);
      const registry = parseAuthorityRegistry(new Uint8Array(readFileSync(options.registryPath)));
      const { agency, name, practice } = requireKnownRoot({ rootBytes, registry, serverUrl: token.serverUrl });
      const outcome = await open(token).refresh(now);
      switch (outcome.kind) {
        case "updated":
        case "unchanged":
          return { issuer: { agency, name, practice }, targets: outcome.targets };
        case "unreachable":
          throw new TransportError("UNREACHABLE", "The authority's published files cannot be reached.");
        case "refused":
          throw new VerificationError(
            "BAD_SIGNATURE",
            "The authority's published files are not in order. Nothing is started.",
          );
      }
    },
  };
}
