import { brandVerified, type Verified } from "@overt/shared/brand.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import type { VerifiedTargets } from "../../core/verified-targets.ts";
import type { UpdaterResult } from "./run-updater.ts";
import type { RootMark } from "./strict-root.ts";

/** What the keeper hands out. The brands are earned by `runUpdater`: every file met the hash in metadata that verified. */
export function buildVerifiedTargets(result: UpdaterResult, mark: RootMark, verifiedAt: number): VerifiedTargets {
  const findBytes = (name: string): Verified<Uint8Array> | undefined => {
    const bytes = result.targets.get(name);
    return bytes && brandVerified(bytes);
  };
  return {
    agency: mark.agency,
    practice: mark.practice,
    versions: result.versions,
    targetsSha256: result.targetsSha256,
    verifiedAt,
    expires: result.expires,
    names: [...result.targets.keys()].sort(),
    withheld: result.withheld,
    findBytes,
    findDocument: (name, schema, maxBytes) => {
      const bytes = findBytes(name);
      if (!bytes) return undefined;
      const read = schema.safeParse(parseCanonical(bytes, { maxBytes }));
      if (!read.success) throw new VerificationError("BAD_SCHEMA", "A published file is not of the expected form.");
      return brandVerified(read.data);
    },
  };
}
