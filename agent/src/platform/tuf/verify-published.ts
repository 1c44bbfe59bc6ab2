import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerificationError } from "@overt/shared/errors.ts";
import type { PublishedFiles, VerifiedTargets } from "../../core/verified-targets.ts";
import { fetchPinnedRoot } from "./pinned-root.ts";
import { buildVerifiedTargets } from "./published-files.ts";
import { runUpdater } from "./run-updater.ts";
import type { TufSource } from "./source.ts";
import { parseStrictRoot } from "./strict-root.ts";

const nowhere: TufSource = { read: async () => undefined };

/**
 * Verifies an agency's published files that somebody copied, from the root of this hash onward, at the time at which they
 * were fresh. Host lists are not in a copy and not looked at. Throws VerificationError.
 */
export async function verifyPublished(
  { files, verifiedAt }: PublishedFiles,
  rootSha256: string,
): Promise<VerifiedTargets> {
  const source: TufSource = {
    read: async (path, maxBytes) => {
      const bytes = files.get(path);
      return bytes && bytes.length <= maxBytes ? bytes : undefined;
    },
  };
  const bytes = await fetchPinnedRoot(source, rootSha256);
  const root = parseStrictRoot(bytes);
  const scratch = mkdtempSync(join(tmpdir(), "overt-check-"));
  try {
    const result = await runUpdater({
      scratch: join(scratch, "metadata"),
      pinned: { ...root, bytes },
      source,
      knownRoots: nowhere,
      held: nowhere,
      findHeldList: () => join(scratch, "not-copied"),
      seeds: new Map(),
      trustedTime: verifiedAt,
      deadline: Number.POSITIVE_INFINITY,
      clock: () => 0,
    });
    return buildVerifiedTargets(result, root.mark, verifiedAt, scratch);
  } catch (cause) {
    throw new VerificationError("BAD_SIGNATURE", "The agency's files in this copy do not verify.", { cause });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
