import { existsSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { openPublished } from "../../published.ts";
import { checkTarget } from "../targets.ts";
import { readTargetFiles, readTargets } from "../workspace.ts";
import { type Files, requireGoodRuleSet } from "./rule-sets.ts";

/** Where `tuf publish` writes when nothing else is said; what signers compare with. */
export function publishedIn(workspace: string): string {
  return join(workspace, "published");
}

/** The files that are published now; none where nothing is. */
export function readPublishedFiles(folder: string): Files {
  if (!existsSync(join(folder, "1.root.json"))) return new Map();
  const published = openPublished(folder);
  return new Map(Object.keys(published.targets.signed.targets).map((path) => [path, published.read(path)]));
}

/**
 * Everything that a signer of the list relies on: each file is the one that the list names, agents take it, and the
 * examples of every rule set come out as written; none of it may go back behind what is published. Throws where not.
 */
export function reviewFiles(
  workspace: string,
  published: Files,
  options: {
    readonly listKeys: ReadonlyMap<string, Uint8Array>;
    readonly now: number;
    /** False for the snapshot's signer, who vouches for the list's being the newest and not for what is in it. */
    readonly examples?: boolean;
  },
): { readonly files: Files; readonly notes: readonly string[] } {
  const targets = readTargets(workspace).signed.targets;
  const files = new Map([...readTargetFiles(workspace)].map(([path, { bytes }]) => [path, bytes] as const));
  for (const [path, bytes] of files) {
    if (targets[path]?.hashes["sha256"] !== sha256Hex(bytes)) {
      throw new VerificationError(
        "HASH_MISMATCH",
        `files/${path} is not the file that the list names. Take it in again with “tuf add”.`,
      );
    }
    checkTarget(path, bytes);
  }
  const rules = options.examples === false ? [] : [...files.keys()];
  const notes = rules
    .filter((path) => path.startsWith("rules/"))
    .map((path) => {
      const { ruleSet, examples } = requireGoodRuleSet(path, files, options.listKeys, options.now);
      requireNewer(path, ruleSet.version, files, published);
      return `${path}: version ${ruleSet.version}, ${examples} examples come out as written`;
    });
  return { files, notes };
}

function requireNewer(path: string, version: number, files: Files, published: Files): void {
  const before = published.get(path);
  if (before === undefined) return;
  const held = JSON.parse(Buffer.from(before).toString("utf8")) as { version: number };
  if (version > held.version || Buffer.from(before).equals(files.get(path) ?? new Uint8Array())) return;
  throw new VerificationError(
    "ROLLBACK",
    `${path} is version ${version}, and version ${held.version} is published: agents take only a higher one. Raise “version” in the bundle.`,
  );
}

/** The four rosters without which agents refuse an agency. Throws USAGE with what to run. */
export function requireRosters(files: Files, names: readonly string[]): void {
  const missing = names.filter((name) => !files.has(name));
  if (missing.length === 0) return;
  throw new ConfigError(
    "USAGE",
    `Agents need ${missing.join(" and ")} as well: “authority roster add” draws them up, “authority tuf add” takes them in.`,
  );
}
