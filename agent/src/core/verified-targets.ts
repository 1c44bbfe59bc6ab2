import type { Verified } from "@overt/shared/brand.ts";
import type { ListFile } from "@overt/shared/rules/lists/list-file.ts";
import type { z } from "zod";

/** The agency's published files, each checked against metadata that the pinned root vouches for. */
export interface VerifiedTargets {
  readonly agency: string;
  readonly practice: boolean;
  readonly versions: TufVersions;
  /** SHA-256 of the signed list of files: what the log names this version by. */
  readonly targetsSha256: string;
  /** Trusted time at which the whole was verified and fresh, in Unix seconds. */
  readonly verifiedAt: number;
  /** Ends of validity for refresh, in Unix seconds. They do not end a running bundle. */
  readonly expires: { readonly timestamp: number; readonly snapshot: number; readonly targets: number };
  readonly names: readonly string[];
  /** Sensitive lists that the source did not hand out; a bundle that needs one cannot be compiled. */
  readonly withheld: readonly string[];
  /** Any file but a list: those are large and stay on the disk. */
  readonly findBytes: (name: string) => Verified<Uint8Array> | undefined;
  /** A host list, which was hashed whole when it was taken in; undefined where it is not published. */
  readonly findList: (name: string) => PublishedList | undefined;
  /** A canonical JSON file of its schema; undefined where it is not published. Throws VerificationError where it does not fit. */
  readonly findDocument: <T>(name: string, schema: z.ZodType<T>, maxBytes: number) => Verified<T> | undefined;
  /**
   * As `findDocument`, without looking at encoding and schema again: for bytes that `findDocument` of this very program has
   * let through before.
   */
  readonly findChecked: <T>(name: string) => Verified<T> | undefined;
}

export interface PublishedList {
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
  /** Throws STORE_FAILED where the file cannot be opened. */
  readonly open: () => ListFile;
}

export interface TufVersions {
  readonly root: number;
  readonly timestamp: number;
  readonly snapshot: number;
  readonly targets: number;
}

/** What came of an attempt to refresh. Only `updated` brings other files; a refusal leaves the running ones as they are. */
export type RefreshOutcome =
  | { readonly kind: "updated"; readonly targets: VerifiedTargets }
  | { readonly kind: "unchanged"; readonly targets: VerifiedTargets }
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly reason: "missing" | "expired" | "rollback" | "invalid" };

/** Published files by path. Host lists are left out: they are large, some are sensitive, and no signature hangs on them. */
export interface PublishedFiles {
  /** Trusted time, Unix seconds, at which they were verified and fresh. */
  readonly verifiedAt: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Keeps the agency's files on the device. All times are trusted time in Unix seconds. */
export interface TargetsKeeper {
  /** The newest files that verified, also offline; undefined before the first refresh. */
  readonly findCurrent: () => Promise<VerifiedTargets | undefined>;
  readonly refresh: (trustedTime: number) => Promise<RefreshOutcome>;
  /** Trusted time of the last refresh that succeeded. */
  readonly findLastRefresh: () => number | undefined;
  /** The newest files byte for byte, for somebody who verifies them alone; undefined before the first refresh. */
  readonly readFiles: () => PublishedFiles | undefined;
}
