import { toHex } from "@overt/shared/bytes.ts";
import { limits } from "@overt/shared/limits.ts";
import type { CapturePermit, PermitScope, PermitSource } from "./ports.ts";

/** Where the person can see that monitoring is on: an open page of ours, or the pinned badge of the extension. */
export type Surface = "page" | "badge";

export interface SurfaceAnswer {
  /** The challenge as it was given, 32 hexadecimal digits. */
  readonly challenge: string;
  /** The surface's own word that the person could see it when it answered. */
  readonly inView: boolean;
}

/** The only maker of permits. Everything it holds is lost with the process: a new start begins without a permit. */
export interface PermitKeeper extends PermitSource {
  /** A fresh challenge for this surface; older ones stay open until they are used, expire or are crowded out. */
  challenge(surface: Surface): string;
  /** True where the answer minted a permit. A challenge is spent by its first answer, whatever became of it. */
  answer(surface: Surface, answer: SurfaceAnswer): boolean;
}

/** What a surface lets the sensors do: the badge shows nothing outside the browser. */
const scopeOf: Readonly<Record<Surface, PermitScope>> = { page: "all", badge: "browser" };
const surfacesFor: Readonly<Record<PermitScope, readonly Surface[]>> = { all: ["page"], browser: ["page", "badge"] };

/** Open challenges of one surface; more pages than this at once only make the oldest ask again. */
const openChallenges = 16;
const challengeBytes = 16;

/**
 * A state machine over a clock and a source of random bytes.
 *
 * A permit ends `limits.permitSeconds` after its challenge was *given*, not after it was answered: an answer that was
 * held back on its way cannot carry capture past 30 seconds from the last moment the notice could be seen.
 *
 * `monotonic` is in seconds and should count suspend. A clock that steps back or answers nonsense ends every permit
 * and challenge, because how long they have left is then unknown.
 */
export function buildPermitKeeper(deps: {
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
}): PermitKeeper {
  const challenges: Record<Surface, Map<string, number>> = { page: new Map(), badge: new Map() };
  const permits = new Map<Surface, CapturePermit>();
  // Replaced, not searched: with its set gone, a permit that somebody still holds is no longer one of ours.
  let minted: Record<Surface, WeakSet<CapturePermit>> = { page: new WeakSet(), badge: new WeakSet() };
  let last = Number.NEGATIVE_INFINITY;

  function tick(): number | undefined {
    const at = deps.monotonic();
    if (!Number.isFinite(at) || at < last) {
      withdraw("page");
      withdraw("badge");
      challenges.page.clear();
      challenges.badge.clear();
    }
    if (!Number.isFinite(at)) return undefined;
    last = at;
    return at;
  }

  function withdraw(surface: Surface): void {
    permits.delete(surface);
    minted = { ...minted, [surface]: new WeakSet() };
  }

  function current(scope: PermitScope): CapturePermit | undefined {
    const at = tick();
    if (at === undefined) return undefined;
    return surfacesFor[scope].map((surface) => permits.get(surface)).find((permit) => permit && at < permit.expiresAt);
  }

  return {
    current,
    isLive(permit) {
      const at = tick();
      return at !== undefined && at < permit.expiresAt && (minted.page.has(permit) || minted.badge.has(permit));
    },
    challenge(surface) {
      const at = tick();
      const open = challenges[surface];
      const challenge = toHex(deps.random(challengeBytes));
      if (at === undefined) return challenge;
      for (const oldest of open.keys()) {
        if (open.size < openChallenges) break;
        open.delete(oldest);
      }
      open.set(challenge, at);
      return challenge;
    },
    answer(surface, answer) {
      const at = tick();
      const givenAt = challenges[surface].get(answer.challenge);
      challenges.page.delete(answer.challenge);
      challenges.badge.delete(answer.challenge);
      if (at === undefined || givenAt === undefined || at >= givenAt + limits.permitSeconds) return false;
      if (!answer.inView) {
        withdraw(surface);
        return false;
      }
      const expiresAt = Math.max(givenAt + limits.permitSeconds, permits.get(surface)?.expiresAt ?? 0);
      const permit = Object.freeze({ scope: scopeOf[surface], expiresAt }) as CapturePermit;
      minted[surface].add(permit);
      permits.set(surface, permit);
      return true;
    },
  };
}
