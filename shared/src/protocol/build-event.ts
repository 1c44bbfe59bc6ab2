import { toHex } from "../bytes.ts";
import { canonicalBytes } from "../crypto/canonical.ts";
import { type Random, sealLevel, wipe } from "../crypto/seal.ts";
import {
  type CoverageEvent,
  Event,
  type EvidenceReference,
  type GapEvent,
  type HeartbeatEvent,
  type lifeReasons,
  type MatchEvent,
} from "./event.ts";
import { EvidenceLevel1, EvidenceLevel2, SealedStatement } from "./evidence.ts";
import { Statement } from "./statement.ts";

/** Where the next record of a device's chain stands: everything that all kinds have, but the salt. */
export interface ChainPosition {
  readonly deviceId: string;
  readonly seq: number;
  /** H of the record before; of the acknowledgement for the first. */
  readonly prev: string;
  /** Trusted time, Unix seconds. */
  readonly at: number;
  readonly elapsedSeconds: number;
  readonly bootId: string;
  readonly orderHash: string;
}

/** A ciphertext that belongs to a record: the record names it by hash and commitment. */
export interface SealedBlob {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** What a match says openly: enums, bounded integers and ids that the receiver resolves. */
export type MatchFacts = Pick<
  MatchEvent,
  | "ruleId"
  | "ruleRevision"
  | "ruleSetVersion"
  | "clauseId"
  | "category"
  | "severity"
  | "channel"
  | "cause"
  | "count"
  | "windowSeconds"
> & { readonly orderUnconfirmed: boolean };

/** What was seen, in clear. It goes into seals only, and only as far as `maxLevel` allows. */
export interface SeenInClear {
  readonly maxLevel: 0 | 1 | 2;
  readonly host: string;
  readonly maskedTerm: string;
  readonly url: string;
  readonly title: string;
  readonly context: string;
}

/**
 * The only way from an observation to what leaves the device: an event without a free string and its sealed levels.
 * `recipients` are X25519 keys (1–64). The plaintext bytes are wiped before this returns. Throws BAD_KEY, BAD_SEAL.
 */
export function buildMatchEvent(input: {
  readonly facts: MatchFacts;
  readonly seen: SeenInClear;
  readonly chain: ChainPosition;
  readonly recipients: readonly Uint8Array[];
  readonly random: Random;
}): { event: MatchEvent; blobs: readonly SealedBlob[] } {
  const { seen, recipients, random } = input;
  const { orderUnconfirmed, ...facts } = input.facts;
  const levels = seen.maxLevel === 0 ? [] : seen.maxLevel === 1 ? [levelOne(seen)] : [levelOne(seen), levelTwo(seen)];
  const sealed = levels.map((plain) => ({ level: plain.level, ...seal(plain, recipients, random) }));
  const event = parseEvent({
    ...position(input.chain, random),
    kind: "match",
    ...facts,
    ...(sealed.length > 0 && { evidence: sealed.map((one) => one.reference(one.level)) }),
    ...(orderUnconfirmed && { orderUnconfirmed: true }),
  });
  return { event: event as MatchEvent, blobs: sealed.map((one) => one.blob) };
}

type OwnFields<T extends Event> = T extends Event ? Omit<T, keyof ChainPosition | "v" | "salt"> : never;
/** The kinds that no observation stands behind, with their own fields. */
export type HealthFields =
  | OwnFields<HeartbeatEvent>
  | OwnFields<CoverageEvent>
  | OwnFields<GapEvent>
  | { readonly kind: "pause" | "resume" | "start" | "end"; readonly reason: (typeof lifeReasons)[number] };

/** An event about the agent itself. */
export function buildHealthEvent(input: {
  readonly fields: HealthFields;
  readonly chain: ChainPosition;
  readonly random: Random;
}): Event {
  return parseEvent({ ...position(input.chain, input.random), ...input.fields });
}

/** The person's own words, sealed like evidence: to the reviewers and to the person. The text is 1–2,000 characters. */
export function buildStatement(input: {
  readonly kind: Statement["kind"];
  readonly about: string | undefined;
  readonly text: string;
  readonly chain: ChainPosition;
  readonly recipients: readonly Uint8Array[];
  readonly random: Random;
}): { statement: Statement; blob: SealedBlob } {
  const plain = SealedStatement.parse({ v: 1, text: input.text.toWellFormed() });
  const sealed = seal(plain, input.recipients, input.random);
  const statement = Statement.parse({
    ...position(input.chain, input.random),
    kind: input.kind,
    ...(input.about !== undefined && { about: input.about }),
    text: sealed.reference(1),
  });
  return { statement, blob: sealed.blob };
}

function seal(plain: unknown, recipients: readonly Uint8Array[], random: Random) {
  const plaintext = canonicalBytes(plain);
  try {
    const { blob, commitment, ciphertextSha256, bucket } = sealLevel({ plaintext, recipients, random });
    return {
      blob: { sha256: ciphertextSha256, bytes: blob },
      reference: (level: 1 | 2) => ({ level, commitment, ciphertextSha256, bucket }) as EvidenceReference,
    };
  } finally {
    wipe(plaintext);
  }
}

function levelOne(seen: SeenInClear): EvidenceLevel1 {
  return EvidenceLevel1.parse({ v: 1, level: 1, host: cut(seen.host, 253), maskedTerm: cut(seen.maskedTerm, 400) });
}

function levelTwo(seen: SeenInClear): EvidenceLevel2 {
  const [url, title, context] = [cut(seen.url, 4_096), cut(seen.title, 1_024), cut(seen.context, 2_000)];
  return EvidenceLevel2.parse({ v: 1, level: 2, url, title, context });
}

// A page chooses these texts: half a surrogate pair would have no canonical form, and would cost the whole event.
function cut(text: string, units: number): string {
  return text.slice(0, units).toWellFormed();
}

function position(chain: ChainPosition, random: Random) {
  const { deviceId, seq, prev, at, elapsedSeconds, bootId, orderHash } = chain;
  return { v: 1, deviceId, seq, prev, at, elapsedSeconds, bootId, orderHash, salt: toHex(random(16)) };
}

function parseEvent(value: unknown): Event {
  return Event.parse(value);
}
