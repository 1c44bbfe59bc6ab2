import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { brandVerified, type Verified } from "@overt/shared/brand.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { OrderSigners, targetNames } from "@overt/shared/protocol/roster.ts";
import type { Metadata, Root, Targets } from "@tufjs/models";
import type { z } from "zod";
import { findFile, readRequiredFile } from "../keys/files.ts";
import { parseTargets } from "./tuf/metadata.ts";
import {
  hashedName,
  listVersions,
  readPublishedRoots,
  readPublishedSnapshot,
  requireCompleteRoots,
  requireQuorumOf,
} from "./tuf/publish.ts";

/** A published folder, its signatures and hashes checked from the first root on; whether it is the newest, nobody can say offline. */
export interface Published {
  readonly agency: string;
  /** Agents take it from a server on their own computer only. */
  readonly practice: boolean;
  /** SHA-256 of the first root: what tokens and the registry name. */
  readonly rootSha256: string;
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  has(path: string): boolean;
  /** Throws MISSING_FILE, HASH_MISMATCH. */
  read(path: string): Uint8Array;
  /** A document of the folder in its schema. */
  readDocument<T>(path: string, schema: z.ZodType<T>): Verified<T>;
}

/** Opens a copy of the agency's published folder. Throws MISSING_FILE, BAD_SIGNATURE, THRESHOLD, HASH_MISMATCH. */
export function openPublished(folder: string): Published {
  const roots = readPublishedRoots(folder);
  if (roots.length === 0) {
    throw new ConfigError("MISSING_FILE", `${folder} is not a published folder: it holds no 1.root.json.`);
  }
  const root = requireCompleteRoots(roots);
  const snapshot = readPublishedSnapshot(folder, root);
  const version = listVersions(folder, "targets").at(-1);
  const bytes = readRequiredFile(join(folder, `${version}.targets.json`), "the signed list of published files");
  if (snapshot.signed.meta["targets.json"]?.hashes?.["sha256"] !== sha256Hex(bytes)) {
    throw new VerificationError(
      "HASH_MISMATCH",
      `${folder} is not whole: its snapshot names another list of files. Copy it again.`,
    );
  }
  const targets = parseTargets(bytes);
  requireQuorumOf("targets", targets, root);
  const first = findFile(join(folder, "1.root.json"));
  const mark = root.signed.unrecognizedFields["x-overt"] as { agency: string; practice: boolean };
  const read = (path: string) => {
    const sha256 = targets.signed.targets[path]?.hashes["sha256"];
    if (sha256 === undefined) throw new ConfigError("MISSING_FILE", `${path} is not published.`);
    const file = readRequiredFile(join(folder, hashedName(path, sha256)), `the published ${path}`);
    if (sha256Hex(file) !== sha256)
      throw new VerificationError("HASH_MISMATCH", `The published ${path} is damaged. Copy the folder again.`);
    return file;
  };
  return {
    ...mark,
    rootSha256: sha256Hex(first ?? new Uint8Array()),
    root,
    targets,
    has: (path) => path in targets.signed.targets,
    read,
    readDocument(path, schema) {
      const parsed = schema.safeParse(parseCanonical(read(path), { maxBytes: limits.payload.ruleSet }));
      if (parsed.success) return brandVerified(parsed.data);
      throw new VerificationError("BAD_SCHEMA", `The published ${path} is of a form that this version does not know.`);
    },
  };
}

/** The order signers of a published folder, or of a roster's file that the caller vouches for. */
export function readOrderSigners(path: string): OrderSigners {
  if (existsSync(path) && statSync(path).isDirectory()) {
    return openPublished(path).readDocument(targetNames.orderSigners, OrderSigners);
  }
  const bytes = readRequiredFile(path, "the agency's published folder, or order-signers.json");
  const read = OrderSigners.safeParse(parseCanonical(bytes, { maxBytes: limits.payload.keysTarget }));
  if (read.success) return read.data;
  throw new ConfigError(
    "BAD_CONFIG",
    `${path} is neither the agency's published folder nor a roster of order signers.`,
  );
}
