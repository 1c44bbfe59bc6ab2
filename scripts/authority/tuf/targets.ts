import { hash } from "node:crypto";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Officers, OrderSigners, Reviewers, Servers, Software, targetNames } from "@overt/shared/protocol/roster.ts";
import { checkHostList } from "@overt/shared/rules/lists/check-list.ts";
import type { z } from "zod";

const schemas: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  [targetNames.orderSigners, OrderSigners],
  [targetNames.officers, Officers],
  [targetNames.servers, Servers],
  [targetNames.reviewers, Reviewers],
  [targetNames.software, Software],
]);
const path = /^(?:(?:keys|rules)\/[a-z0-9][a-z0-9-]{0,63}\.json|lists\/[a-z0-9][a-z0-9-]{0,63}\.bin|software\.json)$/;

/** Refuses what agents would refuse: an unknown place, or key material that does not fit its schema in canonical form. */
export function checkTarget(name: string, bytes: Uint8Array): void {
  if (!path.test(name)) {
    throw new ConfigError(
      "USAGE",
      "A published file is keys/NAME.json, rules/NAME.json, lists/NAME.bin or software.json.",
    );
  }
  const most = name.startsWith("lists/") ? limits.listTarget : limits.target;
  if (bytes.length > most) {
    throw new VerificationError("TOO_LARGE", `This published file may be ${most / 2 ** 20} MiB at most.`);
  }
  if (name.startsWith("lists/")) checkHostList(bytes, (part) => hash("sha256", part, "buffer"));
  if (name.startsWith("rules/")) parseCanonical(bytes, { maxBytes: limits.payload.ruleSet });
  const schema = schemas.get(name);
  if (!schema && name.startsWith("keys/")) throw new ConfigError("USAGE", `Agents know no key file ${name}.`);
  if (!schema) return;
  const read = schema.safeParse(parseCanonical(bytes, { maxBytes: limits.payload.keysTarget }));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new VerificationError(
      "BAD_SCHEMA",
      `${name} is not well formed at ${issue?.path.join(".") || "the top"}: ${issue?.message}`,
    );
  }
}
