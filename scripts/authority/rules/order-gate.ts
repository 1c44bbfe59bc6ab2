import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { type GateInput, type GateVerdict, passGate } from "@overt/shared/rules/gate.ts";
import type { LocalTime } from "@overt/shared/rules/observation.ts";
import { buildProtectedHosts } from "@overt/shared/rules/protected-hosts.ts";
import { readRequiredFile } from "../../keys/files.ts";

/**
 * The gate under one order, everything but its clauses, hours and protected hosts taken as being as it should be. The
 * order may be bare JSON or an envelope, whose signatures are not looked at: this is a desk, not a device.
 */
export function openGate(
  order: Order,
  local: LocalTime,
): (rule: GateInput["rule"], host: string | undefined) => GateVerdict {
  const now = order.notBefore;
  const isProtected = buildProtectedHosts(order.protectedHosts.hosts, []);
  return (rule, host) =>
    passGate({
      rule,
      rulesExpire: now + 1,
      order,
      orderHash: "desk",
      orderState: "in-force",
      confirmedUntil: now,
      acknowledgement: { outcome: "acknowledged", countersigned: true, orderHash: "desk" },
      permitUntil: now + 1,
      account: { current: "desk", covered: "desk" },
      host,
      isProtected,
      now,
      localTime: () => local,
    });
}

/** An order from its file; throws BAD_CONFIG where it is none. */
export function readOrder(path: string): Order {
  const bytes = readRequiredFile(path, "an order's JSON or its envelope");
  const json = parseJson(bytes);
  const payload = typeof json === "object" && json !== null ? Reflect.get(json, "payload") : undefined;
  const value =
    typeof payload === "string" ? parseJson(Buffer.from(payload.slice(0, 2 * limits.payload.order), "base64")) : json;
  const read = Order.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ConfigError("BAD_CONFIG", `${path} is no order: ${issue?.path.join(".") || "it"}: ${issue?.message}.`);
}
