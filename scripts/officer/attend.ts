import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { awaitStep, type Patience } from "./await-step.ts";
import {
  countersign,
  type Drawn,
  draw,
  judgeReveal,
  type Revealed,
  requireSameCommitment,
  signChallenge,
} from "./exchange.ts";
import type { OpenedPack } from "./pack.ts";
import type { Relay } from "./relay.ts";
import { findSession, keepSession } from "./session.ts";

/** One officer at one device. */
export interface Visit {
  readonly pack: OpenedPack;
  readonly key: SigningKey;
  readonly relay: Relay;
  /** Folder of what the tool remembers between two commands. */
  readonly state: string;
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
  readonly patience: Patience;
  readonly say: (line: string) => void;
}

/** What the device has not written yet. */
export type Awaited = { readonly awaits: "commitment" | "reveal" };

/** Steps 6.5 up to the digits; called again, it goes on where it stood. Throws where the device is not to be trusted. */
export async function compareWithDevice(visit: Visit): Promise<Revealed | Awaited> {
  const { pack, relay, patience, say } = visit;
  say(`waiting for the device at ${relay.name}: it comes in when the person has answered`);
  const commitment = await awaitStep(relay, "commitment", patience);
  if (commitment === undefined) return { awaits: "commitment" };
  const drawn = drawOnce(visit, commitment);
  await relay.write("challenge", signChallenge(drawn, pack, visit.key));
  say("the device has committed itself; the number for it is drawn and sent");
  const reveal = await awaitStep(relay, "reveal", patience);
  return reveal === undefined ? { awaits: "reveal" } : judgeReveal(reveal, drawn, pack);
}

/**
 * The last step: the officer signs beside the device, having read `digitsOf` on it. Throws CODES_DIFFER, and what
 * `compareWithDevice` throws.
 */
export async function countersignDevice(
  visit: Visit,
  digitsOf: (revealed: Revealed) => Promise<string>,
): Promise<Revealed | Awaited> {
  const revealed = await compareWithDevice(visit);
  if ("awaits" in revealed) return revealed;
  const digits = await digitsOf(revealed);
  const { pack, key, relay, state } = visit;
  const session = findSession(state, pack.token.tokenId);
  const at = session?.countersignedAt ?? visit.now();
  const message = countersign(revealed, digits, key, at);
  if (session !== undefined) keepSession(state, { ...session, countersignedAt: at });
  await relay.write("countersigned", message);
  return revealed;
}

/** The number of one device is drawn once, and kept before it is shown to anybody. */
function drawOnce({ pack, state, now, random }: Visit, commitment: unknown): Drawn {
  const held = findSession(state, pack.token.tokenId);
  if (held !== undefined) {
    requireSameCommitment(commitment, pack, held.drawn);
    return held.drawn;
  }
  const drawn = draw(commitment, pack, now(), random);
  keepSession(state, { v: 1, tokenId: pack.token.tokenId, drawn });
  return drawn;
}
