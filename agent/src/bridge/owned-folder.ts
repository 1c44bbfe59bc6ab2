import { lstatSync, mkdirSync } from "node:fs";
import { ConfigError } from "@overt/shared/errors.ts";

/** Makes a folder that only this account can enter, or throws BAD_CONFIG where the one found is open to others. */
export function requireOwnedFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const owner = process.getuid?.();
  if (!found.isDirectory()) throw new ConfigError("BAD_CONFIG", "The folder of the local channel is not a folder.");
  if (owner === undefined) return;
  if (found.uid !== owner)
    throw new ConfigError("BAD_CONFIG", "The folder of the local channel belongs to someone else.");
  if ((found.mode & 0o077) !== 0) {
    throw new ConfigError("BAD_CONFIG", "The folder of the local channel is open to other accounts.");
  }
}
