import { join } from "node:path";
import { brandVerified, type Verified } from "@overt/shared/brand.ts";
import { parseUtf8 } from "@overt/shared/bytes.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import type { VerifiedTargets } from "../../core/verified-targets.ts";
import { openListFile } from "./list-file.ts";
import type { UpdaterResult } from "./run-updater.ts";
import type { RootMark } from "./strict-root.ts";

/**
 * What the keeper hands out of the generation in `folder`. The brands are earned by `runUpdater`: every file met the hash in
 * metadata that verified, a list when it was taken in and every other file now.
 */
export function buildVerifiedTargets(
  result: UpdaterResult,
  mark: RootMark,
  verifiedAt: number,
  folder: string,
): VerifiedTargets {
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
    names: [...result.targets.keys(), ...result.lists.keys()].sort(),
    withheld: result.withheld,
    findBytes,
    findList: (name) => {
      const list = result.lists.get(name);
      return list && { sha256: list.sha256, open: () => openListFile(join(folder, list.path)) };
    },
    findDocument: (name, schema, maxBytes) => {
      const bytes = findBytes(name);
      if (!bytes) return undefined;
      const read = schema.safeParse(parseCanonical(bytes, { maxBytes }));
      if (!read.success) throw new VerificationError("BAD_SCHEMA", "A published file is not of the expected form.");
      return brandVerified(read.data);
    },
    findChecked: <T>(name: string) => {
      const bytes = findBytes(name);
      return bytes && brandVerified(JSON.parse(parseUtf8(bytes)) as T);
    },
  };
}
