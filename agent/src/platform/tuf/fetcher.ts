import { hash } from "node:crypto";
import { TransportError, VerificationError } from "@overt/shared/errors.ts";
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import type { Fetcher } from "tuf-js/dist/fetcher.js";
import type { TufSource } from "./source.ts";
import { parseStrictRoot, type StrictRoot } from "./strict-root.ts";

/** tuf-js speaks URLs; this host stands for "the source" and is never resolved. */
export const sourceUrl = "http://tuf.invalid/";

export interface RecordingFetcher extends Fetcher {
  /** Roots past the pinned one, as they were read: `2.root.json` → bytes. */
  readonly roots: ReadonlyMap<string, Uint8Array>;
  /** The first failure of the source itself, which tuf-js wraps beyond recognition. */
  readonly findFailure: () => TransportError | VerificationError | undefined;
  readonly readFile: (path: string, maxBytes: number) => Promise<Uint8Array | undefined>;
  /** Puts the deadline off by so many milliseconds, for a large file. */
  readonly allow: (milliseconds: number) => void;
}

export interface FetcherOptions {
  readonly source: TufSource;
  /** Roots held already: a server that withholds a later root cannot put an earlier one back in force. */
  readonly knownRoots: TufSource;
  readonly pinned: StrictRoot;
  /** Milliseconds on `clock` after which nothing more is read. */
  readonly deadline: number;
  readonly clock: () => number;
}

/** The fetcher port of tuf-js over a `TufSource`: no network of its own, no temporary files, a missing file is a 404. */
export function makeFetcher(options: FetcherOptions): RecordingFetcher {
  const roots = new Map<string, Uint8Array>();
  let { deadline } = options;
  let failure: TransportError | VerificationError | undefined;

  async function readFile(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    if (options.clock() > deadline) throw new TransportError("UNREACHABLE", "The refresh took too long.");
    const isRoot = /^\d+\.root\.json$/.test(path);
    const bytes =
      (isRoot ? await options.knownRoots.read(path, maxBytes) : undefined) ??
      (await options.source.read(path, maxBytes));
    if (bytes && isRoot) {
      requireSameAuthority(parseStrictRoot(bytes), options.pinned);
      roots.set(path, bytes);
    }
    return bytes;
  }

  async function downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const path = decodeURIComponent(new URL(url).pathname.slice(1));
    const bytes = await readFile(path, maxLength).catch((error: unknown) => {
      if (error instanceof TransportError || error instanceof VerificationError) failure ??= error;
      throw error;
    });
    if (!bytes) throw new DownloadHTTPError("The source has no such file.", 404);
    return Buffer.from(bytes);
  }

  return {
    roots,
    findFailure: () => failure,
    readFile,
    allow(milliseconds) {
      deadline += milliseconds;
    },
    downloadBytes,
    // Files are read and checked by download-targets.ts, which needs no temporary file.
    downloadFile: () => Promise.reject(new TransportError("BAD_RESPONSE", "Files are not downloaded this way.")),
  };
}

function requireSameAuthority(root: StrictRoot, pinned: StrictRoot): void {
  if (root.mark.agency !== pinned.mark.agency || root.mark.practice !== pinned.mark.practice) {
    throw new VerificationError("BAD_SCHEMA", "A later root belongs to another authority than the pinned one.");
  }
}

/** True where bytes have the length and SHA-256 that signed metadata states. */
export function isExactFile(bytes: Uint8Array, length: number, sha256: string | undefined): boolean {
  return bytes.length === length && sha256 !== undefined && hash("sha256", bytes) === sha256;
}
