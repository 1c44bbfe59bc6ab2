import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { Envelope, readUnverified } from "@overt/shared/crypto/envelope.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { readRequiredFile } from "../../keys/files.ts";

/** An order as it lies in a file: not signed by anybody yet, or in its envelope. Nothing about it is proved. */
export interface OrderFile {
  readonly order: Order;
  readonly envelope: Envelope | undefined;
}

const largestFile = 512 * 1024;

/** Throws MISSING_FILE, BAD_CONFIG, WRONG_TYPE. */
export function readOrderFile(path: string): OrderFile {
  const json = readJsonFile(path, 'an order; "authority order new" makes it');
  const bare = Order.safeParse(json);
  if (bare.success) return { order: bare.data, envelope: undefined };
  const envelope = requireEnvelope(json, path, payloadTypes.order, "an order");
  return { order: readUnverified(envelope, Order, limits.payload.order), envelope };
}

/** A signed order. Throws as `readOrderFile`, and THRESHOLD where nobody has signed. */
export function readSignedOrder(path: string): { readonly order: Order; readonly envelope: Envelope } {
  const { order, envelope } = readOrderFile(path);
  if (envelope === undefined) {
    throw new VerificationError(
      "THRESHOLD",
      `${path} is a draft that nobody has signed: "authority order sign" comes first.`,
    );
  }
  return { order, envelope };
}

export function readStatusFile(path: string): { readonly status: OrderStatus; readonly envelope: Envelope } {
  const json = readJsonFile(path, 'a confirmation of an order; "authority order status" makes it');
  const envelope = requireEnvelope(json, path, payloadTypes.orderStatus, "a confirmation of an order");
  return { status: readUnverified(envelope, OrderStatus, limits.payload.orderStatus), envelope };
}

export function readJsonFile(path: string, what: string): unknown {
  const bytes = readRequiredFile(path, what);
  if (bytes.length > largestFile) throw new ConfigError("BAD_CONFIG", `${path} is too large. It should be ${what}.`);
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw new ConfigError("BAD_CONFIG", `${path} is not readable as JSON. It should be ${what}.`, { cause });
  }
}

export function requireEnvelope(json: unknown, path: string, payloadType: string, what: string): Envelope {
  const read = Envelope.safeParse(json);
  if (!read.success) throw new ConfigError("BAD_CONFIG", `${path} is not ${what}, signed or not.`);
  if (read.data.payloadType !== payloadType) {
    const name = /^application\/vnd\.overt\.(.+)\.v1\+json$/.exec(read.data.payloadType)?.[1] ?? "another document";
    throw new VerificationError("WRONG_TYPE", `${path} is not ${what}; it is of the type ${name}.`);
  }
  return read.data;
}
