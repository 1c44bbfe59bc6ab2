import { z } from "zod";
import { limits } from "../limits.ts";
import { Count, Hash, Id, Salt, Seconds, Sequence, Slug, Version } from "./fields.ts";

/**
 * An id that the receiver resolves in a signed document (rule set or order) before it accepts the event: the only strings
 * of variable length an event has. An id that resolves to nothing makes the event a refused one (SPEC.md section 7).
 */
export const ResolvedId = Slug;

export const severities = ["urgent", "high", "normal", "low"] as const;
export const channels = ["extension", "window", "process", "device", "system"] as const;
export const causes = ["user-navigation", "redirect", "background", "restored", "unknown"] as const;
export const buckets = [1_024, 4_096, 16_384, 65_536, 262_144] as const;

/** What an event says of a sealed blob: a commitment, the hash of the ciphertext, the padded size. */
export const EvidenceReference = z.strictObject({
  level: z.union([z.literal(1), z.literal(2)]),
  commitment: Hash,
  ciphertextSha256: Hash,
  bucket: z.union(buckets.map((size) => z.literal(size))),
});
export type EvidenceReference = z.infer<typeof EvidenceReference>;

const chain = {
  v: z.literal(1),
  deviceId: Id,
  seq: Sequence,
  /** H of the record before; the first is H of the acknowledgement. */
  prev: Hash,
  /** Trusted time of the device. */
  at: Seconds,
  /** Seconds since the last attested time. */
  elapsedSeconds: Count,
  bootId: Id,
  orderHash: Hash,
  salt: Salt,
};

export const MatchEvent = z.strictObject({
  ...chain,
  kind: z.literal("match"),
  ruleId: ResolvedId,
  ruleRevision: Version,
  ruleSetVersion: Version,
  /** The first clause of the order that allows the rule. */
  clauseId: ResolvedId,
  category: ResolvedId,
  severity: z.enum(severities),
  channel: z.enum(channels),
  cause: z.enum(causes),
  count: z.number().int().min(1).max(100_000),
  windowSeconds: z
    .number()
    .int()
    .min(0)
    .max(31 * 86_400),
  evidence: z.array(EvidenceReference).min(1).max(2).optional(),
  orderUnconfirmed: z.literal(true).optional(),
});
export type MatchEvent = z.infer<typeof MatchEvent>;

export const HeartbeatEvent = z.strictObject({
  ...chain,
  kind: z.literal("heartbeat"),
  totals: z.strictObject({ observed: Count, matched: Count, suppressed: Count, droppedByGate: Count }),
  rules: z.array(z.strictObject({ ruleId: ResolvedId, suppressed: Count, shadow: Count })).max(limits.heartbeatRules),
});
export type HeartbeatEvent = z.infer<typeof HeartbeatEvent>;

export const coverageStates = ["seen", "partly", "not-seen"] as const;
/** Ordinary causes first; none of them says that the person did anything. */
export const coverageReasons = [
  "ok",
  "powered-off",
  "asleep",
  "starting",
  "sensor-unavailable",
  "sensor-missing",
  "extension-missing",
  "not-visible",
  "notice-not-live",
  "account-not-covered",
  "outside-hours",
  "rules-stale",
  "rules-damaged",
  "rules-expired",
  "order-unconfirmed",
  "clock-step",
  "throttled",
  "journal-full",
  "paused",
  "browser-closed",
] as const;

export const CoverageEvent = z.strictObject({
  ...chain,
  kind: z.literal("coverage"),
  intervals: z
    .array(
      z.strictObject({ from: Seconds, to: Seconds, state: z.enum(coverageStates), reason: z.enum(coverageReasons) }),
    )
    .min(1)
    .max(limits.coverageIntervals),
});
export type CoverageEvent = z.infer<typeof CoverageEvent>;

/** Records that the device lost: the numbers from lostFrom to lostTo never arrive. */
export const GapEvent = z.strictObject({ ...chain, kind: z.literal("gap"), lostFrom: Sequence, lostTo: Sequence });
export type GapEvent = z.infer<typeof GapEvent>;

export const lifeReasons = [
  "enrolled",
  "restarted",
  "order-ended",
  "order-revoked",
  "ended-unconfirmed",
  "removed",
  "stopped-by-person",
  "not-me",
  "rekeyed",
] as const;
const life = { ...chain, reason: z.enum(lifeReasons) };
export const PauseEvent = z.strictObject({ ...life, kind: z.literal("pause") });
export const ResumeEvent = z.strictObject({ ...life, kind: z.literal("resume") });
export const StartEvent = z.strictObject({ ...life, kind: z.literal("start") });
export const EndEvent = z.strictObject({ ...life, kind: z.literal("end") });

/** What leaves the device: a signed record with no free string. */
export const Event = z.discriminatedUnion("kind", [
  MatchEvent,
  HeartbeatEvent,
  CoverageEvent,
  GapEvent,
  PauseEvent,
  ResumeEvent,
  StartEvent,
  EndEvent,
]);
export type Event = z.infer<typeof Event>;

/** Kinds that close a chain are taken whenever they arrive. */
export const closingKinds: readonly Event["kind"][] = ["end"];
