import { equalBytes } from "../../bytes.ts";
import { VerificationError } from "../../errors.ts";
import { headBytes, type ListHead, type ListPlan, parseHead, planList, type Sha256 } from "./layout.ts";
import type { ListFile } from "./list-file.ts";

export type ListFront = {
  readonly head: ListHead;
  readonly plan: ListPlan;
  /** All that stands between head and blocks, in a buffer of its own. */
  readonly front: Uint8Array;
};

/** Reads and checks what stands before the blocks, and the file's length. Throws VerificationError where it is not as it was compiled. */
export function readFront(file: ListFile, sha256: Sha256): ListFront {
  const headPart = new Uint8Array(headBytes);
  if (file.size < headBytes) throw new VerificationError("BAD_SCHEMA", "This is not a host list.");
  file.read(0, headPart);
  const head = parseHead(headPart, sha256);
  const plan = planList(head);
  if (file.size !== plan.size) throw new VerificationError("BAD_SCHEMA", "A host list is not as long as it says.");
  const front = new Uint8Array(plan.body - headBytes);
  file.read(headBytes, front);
  if (!equalBytes(sha256(front), head.frontHash)) {
    throw new VerificationError("HASH_MISMATCH", "The filter of a host list is damaged.");
  }
  return { head, plan, front };
}
