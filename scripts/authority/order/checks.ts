import { findKeysAt, findStatusKeysAt } from "@overt/agent/core/agency-keys.ts";
import { equalBytes, parseBase64 } from "@overt/shared/bytes.ts";
import { canonicalBytes, parseJson } from "@overt/shared/crypto/canonical.ts";
import { Envelope, envelopeHash, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { OvertError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { OrderSigners } from "@overt/shared/protocol/roster.ts";
import type { z } from "zod";
import { sayTime } from "../../cli/time.ts";
import { judgeSignatures, type SignatureVerdict } from "./signers.ts";

/** One step of SPEC.md and how it came out; those behind a failed one are not reached. */
export interface Check {
  readonly step: string;
  readonly passed: boolean;
  readonly words: string;
}

export interface Checked<T> {
  readonly checks: readonly Check[];
  /** There where every step passed. */
  readonly value: T | undefined;
  readonly hash: string | undefined;
}

/** SPEC.md section 4 and the order's own times (6.3), step by step. Never throws for what the file holds. */
export function checkOrder(json: unknown, roster: OrderSigners, now: number): Checked<Order> {
  const checked = checkEnvelope(json, roster, {
    what: "order",
    payloadType: payloadTypes.order,
    schema: Order,
    maxBytes: limits.payload.order,
    threshold: roster.threshold,
    keysAt: (at) => findKeysAt(roster.signers, at),
  });
  const order = checked.value;
  if (order === undefined) return checked;
  const started = now >= order.notBefore;
  const ended = now >= order.notAfter;
  const words = ended
    ? `it ended on ${sayTime(order.notAfter)}`
    : started
      ? `it is in force until ${sayTime(order.notAfter)}`
      : `it starts on ${sayTime(order.notBefore)}`;
  return addCheck(checked, { step: "6.3", passed: started && !ended, words });
}

/** The same of a confirmation, and that it speaks of this order (6.3). */
export function checkStatus(json: unknown, order: Order, roster: OrderSigners, now: number): Checked<OrderStatus> {
  let checked = checkEnvelope(json, roster, {
    what: "status",
    payloadType: payloadTypes.orderStatus,
    schema: OrderStatus,
    maxBytes: limits.payload.orderStatus,
    threshold: 1,
    keysAt: (at) => findStatusKeysAt(roster, at),
  });
  const status = checked.value;
  if (status === undefined) return checked;
  const same = status.orderId === order.orderId && status.version === order.version;
  checked = addCheck(checked, {
    step: "6.3",
    passed: same,
    words: same ? "it speaks of this order and version" : "it speaks of another order or version",
  });
  const fresh = now < status.confirmedUntil && status.confirmedUntil - status.issuedAt <= limits.statusConfirmedSeconds;
  const until = sayTime(status.confirmedUntil);
  checked = addCheck(checked, {
    step: "6.3",
    passed: status.state === "in-force" && fresh,
    words:
      status.state !== "in-force"
        ? `it says that the order is ${status.state}`
        : fresh
          ? `it says that the order stands, until ${until}`
          : `it ran out on ${until}, or claims more than 30 days: a new confirmation is needed`,
  });
  return checked;
}

interface Demands<T> {
  readonly what: "order" | "status";
  readonly payloadType: string;
  readonly schema: z.ZodType<T & { issuedAt: number }>;
  readonly maxBytes: number;
  readonly threshold: number;
  readonly keysAt: (at: number) => readonly Uint8Array[];
}

function checkEnvelope<T>(json: unknown, roster: OrderSigners, demands: Demands<T>): Checked<T> {
  const checks: Check[] = [];
  const note = (step: string, passed: boolean, good: string, bad = good): boolean => {
    checks.push({ step, passed, words: passed ? good : bad });
    return passed;
  };
  const failed = (): Checked<T> => ({ checks, value: undefined, hash: undefined });

  const read = Envelope.safeParse(json);
  if (!note("4.1", read.success, "a signed document of ours", "this is no signed document of ours") || !read.success) {
    return failed();
  }
  const envelope = read.data;
  const { payloadType, maxBytes, schema, threshold } = demands;
  if (
    !note(
      "4.2",
      envelope.payloadType === payloadType,
      `its type is ${demands.what}`,
      `its type is ${envelope.payloadType}`,
    )
  ) {
    return failed();
  }
  const short = envelope.payload.length <= Math.ceil(maxBytes / 3) * 4;
  if (!note("4.3", short, `no longer than ${maxBytes} bytes allow`, `longer than ${maxBytes} bytes allow`))
    return failed();
  const payload = attempt(() => parseBase64(envelope.payload));
  if (!note("4.4", payload !== undefined, "strict base64", "its base64 is not strict") || payload === undefined)
    return failed();
  if (!note("4.5", payload.length <= maxBytes, `${payload.length} of at most ${maxBytes} bytes`)) return failed();
  // Only for its time, by which the signers' periods are judged; believed once the signatures hold.
  const claimed = attempt(() => schema.parse(parseJson(payload)));
  const at = claimed?.issuedAt ?? 0;
  const verdicts = attempt(() => judgeSignatures(envelope, roster, at, demands.what));
  const counting = verdicts?.filter(({ kind }) => kind === "counts").length ?? 0;
  const each = verdicts?.map(sayVerdict).join("; ") ?? "a signature is not 64 bytes of strict base64";
  if (!note("4.6", counting >= threshold, `${counting} of ${threshold} signatures needed: ${each}`)) return failed();
  const value = attempt(() => parseJson(payload));
  if (!note("4.7", value !== undefined, "well-formed JSON", "not well-formed JSON")) return failed();
  if (!note("4.8", claimed !== undefined, "exactly the fields of its kind", "not the fields of its kind") || !claimed) {
    return failed();
  }
  const canonical = attempt(() => canonicalBytes(claimed));
  const same = canonical !== undefined && equalBytes(canonical, payload);
  if (!note("4.9", same, "in its only spelling", "not in its only spelling: something is hidden in it"))
    return failed();
  // What devices run has the last word; the steps above only say where it stops.
  const verified = attempt(() =>
    verifyEnvelope(envelope, { payloadType, schema, keys: demands.keysAt(at), threshold, maxBytes }),
  );
  if (verified === undefined) {
    note("4", false, "a device refuses it");
    return failed();
  }
  return { checks, value: claimed, hash: envelopeHash(envelope) };
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof OvertError || (error instanceof Error && error.name === "ZodError")) return undefined;
    throw error;
  }
}

function sayVerdict(verdict: SignatureVerdict): string {
  if (verdict.kind === "unknown") return `${verdict.keyid.slice(0, 8)}… is of no order signer, or not of these bytes`;
  const key = `${verdict.publicKey.slice(0, 8)}…`;
  switch (verdict.kind) {
    case "counts":
      return `${key} counts`;
    case "repeated":
      return `${key} again, which does not count`;
    case "may-not":
      return `${key} may not confirm alone`;
    case "not-in-force":
      return `${key} signed outside of its time (${sayTime(verdict.from)} to ${sayTime(verdict.until)})`;
  }
}

function addCheck<T>(checked: Checked<T>, check: Check): Checked<T> {
  return { ...checked, checks: [...checked.checks, check], value: check.passed ? checked.value : undefined };
}
