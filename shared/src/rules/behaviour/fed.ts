import { utf8 } from "../../bytes.ts";
import { sha256Hex } from "../../crypto/hash.ts";
import { registrableDomainOf } from "../destination.ts";
import type { groupFields } from "../language.ts";
import type { Match } from "../match.ts";

export type GroupField = (typeof groupFields)[number];

/** What a behaviour rule is told of one match of another rule. A field that the match does not have is undefined. */
export type Fed = {
  readonly ruleId: string;
  /** Trusted time at which it was observed, Unix seconds. */
  readonly at: number;
  readonly host: string | undefined;
  readonly term: string | undefined;
  readonly device: string | undefined;
};

export function readFed({ rule, host, matched }: Match, at: number): Fed {
  return {
    ruleId: rule.ruleId,
    at,
    host,
    term: matched.kind === "terms" ? matched.text : undefined,
    device: matched.kind === "device" ? matched.text : undefined,
  };
}

/** An address, and a host that is itself a public suffix, stand for themselves as registrable domain. */
export function readField(field: GroupField, fed: Fed): string | undefined {
  if (field === "rule") return fed.ruleId;
  if (field === "term") return fed.term;
  if (field === "device") return fed.device;
  if (field === "host" || fed.host === undefined) return fed.host;
  return registrableDomainOf(fed.host) ?? fed.host;
}

/**
 * 64 bits of SHA-256 that stand for values in a behaviour's memory: the memory tells equal from different and holds no host
 * or term in clear, and every entry of it has one size.
 */
export function markOf(values: readonly string[]): string {
  return sha256Hex(utf8(JSON.stringify(values))).slice(0, 16);
}
