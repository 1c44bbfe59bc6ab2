import { parseBase64 } from "@overt/shared/bytes.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { openSealed, wipe } from "@overt/shared/crypto/seal.ts";
import type { BoxKey } from "@overt/shared/crypto/x25519.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { readFields } from "./fields.ts";

/** What is shown: a catalogue key and the text that the device wrote. */
export type Line = readonly [label: string, text: string];

/** Why nothing can be shown: a code of the crypto floor, or `format` where the plaintext is not what a device writes. */
export class UnreadableError extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** One sealed blob, and when its opening was recorded, in words. */
export interface ReleasedAnswer {
  readonly ciphertext: string;
  readonly commitment: string;
  readonly viewedAt: string;
}

export function readReleased(answer: unknown): ReleasedAnswer {
  try {
    return readFields(answer, {}, { ciphertext: [1, 2 * limits.blob], commitment: [64, 64], viewedAt: [1, 100] });
  } catch (error) {
    throw new UnreadableError(reasonOf(error));
  }
}

/** Opens one released blob with the reviewer's key, checks its commitment, and reads it as that level. */
export function openReleased(released: ReleasedAnswer, key: BoxKey, level: 0 | 1 | 2): readonly Line[] {
  const { ciphertext, commitment } = released;
  try {
    const plaintext = openSealed({ ...key, blob: parseBase64(ciphertext), commitment });
    const lines = readLines(parseCanonical(plaintext, { maxBytes: limits.blob }), level);
    wipe(plaintext);
    return lines;
  } catch (error) {
    throw new UnreadableError(reasonOf(error));
  }
}

/** Throws TypeError where the plaintext is not what a device writes at this level. */
export function readLines(json: unknown, level: 0 | 1 | 2): readonly Line[] {
  if (level === 0) {
    const { text } = readFields(json, { v: 1 }, { text: [1, limits.statementCharacters] });
    return [["evidence.words", text]];
  }
  if (level === 1) {
    const { host, maskedTerm } = readFields(json, { v: 1, level }, { host: [0, 253], maskedTerm: [0, 400] });
    return [
      ["evidence.host", host],
      ["evidence.maskedTerm", maskedTerm],
    ];
  }
  const bounds = { url: [0, 4_096], title: [0, 1_024], context: [0, 2_000] } as const;
  const { url, title, context } = readFields(json, { v: 1, level }, bounds);
  return [
    ["evidence.url", url],
    ["evidence.pageTitle", title],
    ["evidence.context", context],
  ];
}

function reasonOf(error: unknown): string {
  const told = ["NOT_RECIPIENT", "BAD_SEAL", "BAD_COMMITMENT"];
  return error instanceof VerificationError && told.includes(error.code) ? error.code : "format";
}
