import { dirname, resolve } from "node:path";
import { toHex } from "@overt/shared/bytes.ts";
import { type Envelope, envelopeHash, readUnverified } from "@overt/shared/crypto/envelope.ts";
import { ConfigError, PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { decodeSource } from "../rules/bundle/sources.ts";
import { readListKeys } from "../rules/list-keys.ts";
import { Problems } from "../rules/source/problems.ts";
import { readYaml } from "../rules/source/read-yaml.ts";
import { showProblems } from "../rules/source/show-problems.ts";
import { type OrderSource, readOrderSource } from "./source.ts";

/** An order's YAML or JSON. Throws BAD_CONFIG with line, column and advice for all that is wrong. */
export function readOrderYaml(path: string, bytes: Uint8Array): OrderSource {
  const problems = new Problems();
  const value = readYaml(decodeSource(path, bytes, problems), problems);
  const source = value && readOrderSource(value, problems);
  if (source !== undefined) return source;
  throw new ConfigError("BAD_CONFIG", `${path} cannot be made into an order:\n${showProblems(problems.list())}`);
}

export interface OrderContext {
  /** Paths of key files are relative to the order's own file. */
  readonly path: string;
  readonly now: number;
  readonly random: (n: number) => Uint8Array;
  /** The version that this one varies. */
  readonly before?: Envelope;
}

/** The unsigned order. Throws ORDER_ENDED, WRONG_CASE where it varies another case's, BAD_CONFIG. */
export function buildOrder(source: OrderSource, { path, now, random, before }: OrderContext): Order {
  const { languages, listKeys, ...said } = source;
  if (said.notAfter <= now) throw new PolicyError("ORDER_ENDED", "The order would have ended already. Check “ends”.");
  const held = before && readUnverified(before, Order, limits.payload.order);
  if (held && held.caseRef !== said.caseRef) {
    throw new VerificationError(
      "WRONG_CASE",
      `The order before is of the case ${held.caseRef}, this one of ${said.caseRef}.`,
    );
  }
  const keys = readListKeys(listKeys.map(({ list, file }) => `${list}=${resolve(dirname(path), file)}`));
  const order = Order.safeParse({
    v: 1,
    ...said,
    orderId: held?.orderId ?? toHex(random(16)),
    version: (held?.version ?? 0) + 1,
    ...(before ? { prev: envelopeHash(before) } : {}),
    issuedAt: now,
    notices: languages.map((language) => ({ language, sha256: noticeText(language).sha256 })),
    ...(keys.size === 0 ? {} : { listKeys: [...keys].map(([list, key]) => ({ list, key: toHex(key) })) }),
    salt: toHex(random(16)),
  });
  if (order.success) return order.data;
  const [issue] = order.error.issues;
  throw new ConfigError("BAD_CONFIG", `${path} makes no order: ${issue?.path.join(".") || "it"}: ${issue?.message}.`);
}
