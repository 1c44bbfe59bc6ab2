import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { equalBytes } from "@overt/shared/bytes.ts";
import { canonicalBytes, parseJson } from "@overt/shared/crypto/canonical.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { findFile, writeNewFile } from "../keys/files.ts";
import type { Relay } from "./relay.ts";

/** The messages as files `FOLDER/<tokenId>/<step>.json` of a stick that is carried between device and officer (SPEC.md 6.7). */
export function openFolderRelay(folder: string, tokenId: string): Relay {
  const own = join(folder, tokenId);
  const file = (step: string) => join(own, `${step}.json`);
  return {
    name: own,
    async find(step) {
      const size = statSync(file(step), { throwIfNoEntry: false })?.size;
      if (size === undefined) return undefined;
      if (size > limits.payload.exchange)
        throw new VerificationError("TOO_LARGE", `${file(step)} is larger than such a message is.`);
      const bytes = findFile(file(step));
      return bytes && parseJson(bytes);
    },
    async write(step, message) {
      const bytes = canonicalBytes(message);
      const held = findFile(file(step));
      if (held !== undefined && equalBytes(held, bytes)) return;
      if (held !== undefined) {
        throw new VerificationError(
          "FORK",
          `${file(step)} holds another message already. Make a new token: officer token.`,
        );
      }
      mkdirSync(own, { recursive: true });
      writeNewFile(file(step), bytes);
    },
  };
}
