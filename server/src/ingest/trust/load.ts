import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Slug } from "@overt/shared/protocol/fields.ts";
import { Officers, OrderSigners, Reviewers, Servers, targetNames } from "@overt/shared/protocol/roster.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import { Metadata, MetadataKind, type Targets } from "@tufjs/models";
import { Updater } from "tuf-js";
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import { z } from "zod";
import type { Trust } from "../../domain/trust.ts";

const RootMark = z.strictObject({ agency: Slug, practice: z.boolean() });

/**
 * Reads the agency's published TUF folder from its first root onward (TUF 1.0.34, section 5) and parses what the server
 * needs of it. `rootSha256`, where given, is the first root that the operator configured. Throws VerificationError.
 */
export async function loadTrust(folder: string, rootSha256: string | undefined): Promise<Trust> {
  const first = read(folder, "1.root.json");
  if (first === undefined) {
    throw new ConfigError(
      "MISSING_FILE",
      "The TUF folder holds no 1.root.json. Publish the agency's repository there.",
    );
  }
  if (rootSha256 !== undefined && sha256Hex(first) !== rootSha256) {
    throw new VerificationError("HASH_MISMATCH", "The TUF folder begins with another root than the configured one.");
  }
  const scratch = mkdtempSync(join(tmpdir(), "overt-trust-"));
  try {
    writeFileSync(join(scratch, "root.json"), first);
    const updater = new Updater({
      metadataDir: scratch,
      metadataBaseUrl: "http://tuf.invalid/",
      fetcher: folderFetcher(folder),
    });
    await updater.refresh();
    const targetsBytes = new Uint8Array(readFileSync(join(scratch, "targets.json")));
    return { ...readTrust(folder, first, targetsBytes), expires: findExpiry(scratch) };
  } catch (cause) {
    if (cause instanceof VerificationError) throw cause;
    throw new VerificationError(
      "BAD_SIGNATURE",
      "The agency's TUF folder does not verify. Publish or refresh it again.",
      { cause },
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** When the first of the verified metadata ends. */
function findExpiry(verified: string): number {
  const read = (role: string) => JSON.parse(readFileSync(join(verified, `${role}.json`), "utf8"));
  const ends = [
    Metadata.fromJSON(MetadataKind.Root, read("root")).signed.expires,
    Metadata.fromJSON(MetadataKind.Targets, read("targets")).signed.expires,
    Metadata.fromJSON(MetadataKind.Snapshot, read("snapshot")).signed.expires,
    Metadata.fromJSON(MetadataKind.Timestamp, read("timestamp")).signed.expires,
  ];
  return Math.min(...ends.map((end) => Math.floor(Date.parse(end) / 1000)));
}

function readTrust(folder: string, root: Uint8Array, targetsBytes: Uint8Array): Omit<Trust, "expires"> {
  const targets = Metadata.fromJSON(MetadataKind.Targets, JSON.parse(Buffer.from(targetsBytes).toString())).signed;
  const signedRoot = Metadata.fromJSON(MetadataKind.Root, JSON.parse(Buffer.from(root).toString())).signed;
  const mark = RootMark.safeParse(signedRoot.unrecognizedFields["x-overt"]);
  if (!mark.success) throw new VerificationError("BAD_SCHEMA", "The root does not say whose it is.");
  const target = <T>(path: string, schema: z.ZodType<T>, maxBytes: number) =>
    readTarget(folder, targets, path, schema, maxBytes);
  const { keysTarget, ruleSet } = limits.payload;
  const paths = Object.keys(targets.targets);
  return {
    targetsVersion: targets.version,
    targetsSha256: sha256Hex(targetsBytes),
    practice: mark.data.practice,
    orderSigners: target(targetNames.orderSigners, OrderSigners, keysTarget),
    officers: target(targetNames.officers, Officers, keysTarget),
    servers: target(targetNames.servers, Servers, keysTarget),
    reviewers: target(targetNames.reviewers, Reviewers, keysTarget),
    ruleSets: paths.filter((path) => path.startsWith("rules/")).map((path) => target(path, RuleSet, ruleSet)),
    openLists: Object.values(targets.targets)
      .filter((each) => each.path.startsWith("lists/") && each.custom["sensitive"] !== true)
      .map((each) => each.path),
  };
}

function readTarget<T>(folder: string, targets: Targets, path: string, schema: z.ZodType<T>, maxBytes: number): T {
  const target = targets.targets[path];
  const sha256 = target?.hashes["sha256"];
  const at = path.lastIndexOf("/") + 1;
  const bytes = sha256 === undefined ? undefined : read(folder, `${path.slice(0, at)}${sha256}.${path.slice(at)}`);
  if (bytes === undefined || sha256Hex(bytes) !== sha256) {
    throw new VerificationError("HASH_MISMATCH", "A published file is missing or is not the one that was signed.");
  }
  const parsed = schema.safeParse(parseCanonical(bytes, { maxBytes }));
  if (!parsed.success) throw new VerificationError("BAD_SCHEMA", "A published file does not fit its schema.");
  return parsed.data;
}

function folderFetcher(folder: string) {
  return {
    async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
      const bytes = read(folder, decodeURIComponent(new URL(url).pathname.slice(1)));
      if (bytes === undefined) throw new DownloadHTTPError("no such file", 404);
      if (bytes.length > maxLength) throw new VerificationError("TOO_LARGE", "A metadata file is larger than allowed.");
      return Buffer.from(bytes);
    },
    downloadFile: () => Promise.reject(new Error("files are read from the folder")),
  };
}

function read(folder: string, name: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(join(folder, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
