import { TransportError } from "@overt/shared/errors.ts";
import { requirePlainPath } from "./folder-source.ts";
import type { TufSource } from "./source.ts";

export interface HttpSourceOptions {
  /** The agency's server from the enrolment token; files are read below `/tuf/`. */
  readonly serverUrl: string;
  readonly fetch: typeof fetch;
  /** For one file, in milliseconds; a large one gets more. */
  readonly timeoutMs: number;
  /** Headers of a device-signed request for this path and query: sensitive lists are handed out to devices only. */
  readonly signRequest?: (path: string) => Record<string, string>;
}

/** Reads TUF files over HTTP, with a cap on bytes and on time for each file. 403 and 404 count as missing. */
export function makeHttpSource(options: HttpSourceOptions): TufSource {
  return { read: (path, maxBytes) => download(options, `/tuf/${requirePlainPath(path)}`, maxBytes) };
}

const slowestBytesPerMs = 50;

async function download(options: HttpSourceOptions, path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const headers = path.startsWith("/tuf/lists/") ? (options.signRequest?.(path) ?? {}) : {};
  const signal = AbortSignal.timeout(options.timeoutMs + Math.ceil(maxBytes / slowestBytesPerMs));
  try {
    const response = await options.fetch(new URL(path, options.serverUrl), { headers, signal, redirect: "error" });
    if ([401, 403, 404].includes(response.status)) return undefined;
    if (!response.ok || !response.body) {
      throw new TransportError("UNREACHABLE", `The server answered with status ${response.status}.`);
    }
    return await readCapped(response.body, maxBytes);
  } catch (cause) {
    if (cause instanceof TransportError) throw cause;
    throw new TransportError("UNREACHABLE", "The server cannot be reached.", { cause });
  }
}

async function readCapped(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new TransportError("BAD_RESPONSE", "The server sent a file larger than allowed.");
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
