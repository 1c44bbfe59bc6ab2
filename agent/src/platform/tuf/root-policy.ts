import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { ConfigError, PolicyError } from "@overt/shared/errors.ts";
import { Hash, Slug } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";
import { parseStrictRoot, type StrictRoot } from "./strict-root.ts";

/** `agent/authorities.json`: the agencies whose roots a release build accepts, each by the hash of its first root. */
export const AuthorityRegistry = z.strictObject({
  v: z.literal(1),
  authorities: z.array(z.strictObject({ agency: Slug, name: z.string().min(1).max(200), rootSha256: Hash })).max(1_000),
});
export type AuthorityRegistry = z.infer<typeof AuthorityRegistry>;

export function parseAuthorityRegistry(bytes: Uint8Array): AuthorityRegistry {
  const read = AuthorityRegistry.safeParse(parseJson(bytes));
  if (!read.success) throw new ConfigError("BAD_CONFIG", "The registry of authorities is not well formed.");
  return read.data;
}

/** Who stands behind a root that this build accepts. `name` is for the screens. */
export interface KnownRoot {
  readonly root: StrictRoot;
  readonly agency: string;
  readonly name: string;
  readonly practice: boolean;
}

/**
 * Accepts a root of the registry, or a practice root whose server is on this very machine. Throws PolicyError
 * UNKNOWN_ISSUER or PRACTICE_NOT_LOOPBACK, VerificationError where the root itself is damaged or weak.
 */
export function requireKnownRoot(input: {
  readonly rootBytes: Uint8Array;
  readonly registry: AuthorityRegistry;
  readonly serverUrl: string;
}): KnownRoot {
  const root = parseStrictRoot(input.rootBytes);
  const { agency, practice } = root.mark;
  if (practice) {
    if (!isLoopbackUrl(input.serverUrl)) {
      throw new PolicyError(
        "PRACTICE_NOT_LOOPBACK",
        "This is a practice authority. It works only with a server on this computer.",
      );
    }
    return { root, agency, name: agency, practice };
  }
  const entry = input.registry.authorities.find((each) => each.rootSha256 === root.sha256 && each.agency === agency);
  if (!entry) {
    throw new PolicyError(
      "UNKNOWN_ISSUER",
      "This program does not know the authority behind these documents, and does not start.",
    );
  }
  return { root, agency, name: entry.name, practice };
}

/** True for 127.0.0.0/8, ::1 and localhost, whatever the port. */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, protocol, username, password } = new URL(url);
  if (!["http:", "https:"].includes(protocol) || username !== "" || password !== "") return false;
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
