import { VerificationError } from "@overt/shared/errors.ts";

/** Where consistent snapshots put a file: `keys/officers.json` → `keys/<sha256>.officers.json`. Throws BAD_SCHEMA without a SHA-256. */
export function hashedPath(path: string, sha256: string | undefined): string {
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new VerificationError("BAD_SCHEMA", "A published file has no SHA-256.");
  }
  const at = path.lastIndexOf("/") + 1;
  return `${path.slice(0, at)}${sha256}.${path.slice(at)}`;
}
