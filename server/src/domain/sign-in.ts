import { toBase32, toHex, utf8 } from "@overt/shared/bytes.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import type { Reviewers } from "@overt/shared/protocol/roster.ts";
import type { Actor } from "./actor.ts";
import { recordAudit } from "./audit.ts";
import type { ConsoleStore } from "./console-store.ts";

export interface SignInDeps {
  readonly store: ConsoleStore;
  /** The roster as it stands: asked at each request. */
  readonly reviewers: () => Reviewers;
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
}

export const sessionIdleSeconds = 1_800;
export const sessionSeconds = 12 * 3_600;
const rotateSeconds = 900;
const graceSeconds = 30;
const longestLinkSeconds = 86_400;

/** Makes a link that signs one reviewer in once; only its hash is stored. Throws BAD_FORM for a life over a day, FORBIDDEN for a stranger. */
export async function createSignInLink(
  deps: SignInDeps,
  link: { readonly reviewerId: string; readonly lifeSeconds: number },
): Promise<string> {
  if (link.lifeSeconds < 1 || link.lifeSeconds > longestLinkSeconds) {
    throw new PolicyError("BAD_FORM", "A sign-in link lives at most 24 hours.");
  }
  if (findActor(deps, link.reviewerId) === undefined) {
    throw new PolicyError("FORBIDDEN", "The roster names no such reviewer at this time.");
  }
  const token = toBase32(deps.random(32));
  const createdAt = deps.now();
  const expiresAt = createdAt + link.lifeSeconds;
  await deps.store.sessions.insertLink({
    tokenHash: secretHash(token),
    reviewerId: link.reviewerId,
    createdAt,
    expiresAt,
  });
  return token;
}

export async function isLinkGood(deps: SignInDeps, token: string): Promise<boolean> {
  return (await deps.store.sessions.findLink(secretHash(token), deps.now())) !== undefined;
}

/** Spends the link and starts a session; undefined where the link was used, has ended or its reviewer left the roster. */
export async function signIn(deps: SignInDeps, token: string): Promise<string | undefined> {
  return deps.store.transaction(async (tx) => {
    const reviewerId = await tx.sessions.takeLink(secretHash(token), deps.now());
    const actor = reviewerId === undefined ? undefined : findActor(deps, reviewerId);
    if (actor === undefined) return undefined;
    const session = toHex(deps.random(32));
    const at = deps.now();
    await tx.sessions.insert(secretHash(session), {
      reviewerId: actor.reviewerId,
      startedAt: at,
      rotatedAt: at,
      seenAt: at,
    });
    await recordAudit(tx, deps, actor, { operation: "consultation", object: "session", objectId: "sign-in" });
    return session;
  });
}

/**
 * Who a session belongs to now; undefined once idle for half an hour, twelve hours old, signed out or off the roster.
 * `next` is the session's new name, given out every quarter of an hour. A passive look changes nothing.
 */
export async function findSession(
  deps: SignInDeps,
  session: string,
  look: { readonly passive: boolean },
): Promise<{ actor: Actor; next: string | undefined } | undefined> {
  const now = deps.now();
  const hash = secretHash(session);
  const found = await deps.store.sessions.find(hash, now);
  if (found === undefined) return undefined;
  const actor = findActor(deps, found.reviewerId);
  if (actor === undefined || now - found.seenAt > sessionIdleSeconds || now - found.startedAt > sessionSeconds) {
    await deps.store.sessions.delete(hash);
    return undefined;
  }
  if (look.passive) return { actor, next: undefined };
  if (found.ending || now - found.rotatedAt < rotateSeconds) {
    if (now !== found.seenAt) await deps.store.sessions.touch(hash, now);
    return { actor, next: undefined };
  }
  const next = toHex(deps.random(32));
  await deps.store.transaction(async (tx) => {
    await tx.sessions.insert(secretHash(next), { ...found, rotatedAt: now, seenAt: now });
    await tx.sessions.expire(hash, now + graceSeconds);
  });
  return { actor, next };
}

export async function signOut(deps: SignInDeps, session: string): Promise<void> {
  await deps.store.sessions.delete(secretHash(session));
}

export function findActor(deps: Pick<SignInDeps, "reviewers" | "now">, reviewerId: string): Actor | undefined {
  const now = deps.now();
  const entry = deps
    .reviewers()
    .reviewers.find((each) => each.reviewerId === reviewerId && each.from <= now && now < each.until);
  return entry === undefined ? undefined : { reviewerId, role: entry.role, group: entry.group };
}

// The token is 32 random bytes: a plain hash cannot be guessed back.
function secretHash(secret: string): string {
  return sha256Hex(utf8(secret));
}
