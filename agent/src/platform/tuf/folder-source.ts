import { open } from "node:fs/promises";
import { join } from "node:path";
import { TransportError } from "@overt/shared/errors.ts";
import type { TufSource } from "./source.ts";

/** Reads TUF files from a folder, such as a USB stick at a visit. A missing file answers as 404 does. */
export function makeFolderSource(folder: string): TufSource {
  return { read: (path, maxBytes) => readFromFolder(join(folder, requirePlainPath(path)), maxBytes) };
}

async function readFromFolder(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const file = await open(path, "r").catch(asMissing);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new TransportError("BAD_RESPONSE", "A file in the folder is larger than allowed.");
    return new Uint8Array(await file.readFile());
  } catch (cause) {
    if (cause instanceof TransportError) throw cause;
    throw new TransportError("UNREACHABLE", "The folder cannot be read.", { cause });
  } finally {
    await file.close();
  }
}

function asMissing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
  throw new TransportError("UNREACHABLE", "The folder cannot be read.", { cause });
}

/** Paths come out of signed metadata, but the folder's owner wrote the metadata: nothing may climb out of the folder. */
export function requirePlainPath(path: string): string {
  if (!/^(?:[a-z0-9-]{1,32}\/)?[a-z0-9][a-z0-9.-]{0,200}$/.test(path) || path.includes("..")) {
    throw new TransportError("BAD_RESPONSE", "The metadata names a file in a place that is not allowed.");
  }
  return path;
}
