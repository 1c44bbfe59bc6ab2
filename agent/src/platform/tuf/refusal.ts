import { StoreError, TransportError, VerificationError } from "@overt/shared/errors.ts";
import { BadVersionError, DownloadHTTPError, ExpiredMetadataError, PersistError } from "tuf-js/dist/error.js";
import { RefreshFailure } from "./run-updater.ts";

export type RefusalReason = "unreachable" | "missing" | "expired" | "rollback" | "invalid";

/**
 * Why a refresh did not come about. The reason is for screens and coverage only: whatever it is, nothing new was taken.
 * Throws StoreError where this machine's own disk is at fault.
 */
export function refusalOf(error: unknown): RefusalReason {
  const found = error instanceof RefreshFailure ? error.found : error;
  if (found instanceof StoreError) throw found;
  if (isDiskFault(found))
    throw new StoreError("STORE_FAILED", "The folder of the agency's rules cannot be written.", { cause: found });
  if (found instanceof TransportError) return found.code === "UNREACHABLE" ? "unreachable" : "invalid";
  if (found instanceof VerificationError) return found.code === "ROLLBACK" ? "rollback" : "invalid";
  if (found instanceof DownloadHTTPError) return "missing";
  if (found instanceof ExpiredMetadataError) return "expired";
  if (found instanceof BadVersionError) return "rollback";
  return reasonInText(found);
}

// tuf-js wraps the errors of snapshot and targets in a RuntimeError and keeps only their text.
function reasonInText(found: unknown): RefusalReason {
  const text = found instanceof Error ? found.message : "";
  if (/is expired/.test(text)) return "expired";
  if (/is less than current version|Missing file .* in new snapshot/.test(text)) return "rollback";
  if (/no such file/.test(text)) return "missing";
  return "invalid";
}

function isDiskFault(found: unknown): boolean {
  return found instanceof PersistError || (found instanceof Error && typeof Reflect.get(found, "syscall") === "string");
}
