import { parseHex } from "@overt/shared/bytes.ts";
import type { Officers, OrderSigners, Reviewers, Servers } from "@overt/shared/protocol/roster.ts";
import type { RuleSet } from "@overt/shared/rules/language.ts";

/** What the agency's TUF repository says at one moment: the only source of keys. */
export interface Trust {
  /** Version and SHA-256 of the targets metadata in force. */
  readonly targetsVersion: number;
  readonly targetsSha256: string;
  readonly practice: boolean;
  readonly orderSigners: OrderSigners;
  readonly officers: Officers;
  readonly servers: Servers;
  readonly reviewers: Reviewers;
  readonly ruleSets: readonly RuleSet[];
  /** Published lists that anybody may fetch, as `lists/<name>`; every other list, old ones too, is for enrolled devices. */
  readonly openLists: readonly string[];
  /** When the first of root, targets, snapshot and timestamp ends, Unix seconds. */
  readonly expires: number;
}

/** The newest verified state; callers ask again each time and never keep it. */
export interface TrustSource {
  current(): Trust;
}

type Entry = { readonly publicKey: string; readonly from: number; readonly until: number };

/** The keys of the entries that count at `at`, Unix seconds. */
export function keysAt(entries: readonly Entry[], at: number): readonly Uint8Array[] {
  return entries.filter((entry) => entry.from <= at && at < entry.until).map((entry) => parseHex(entry.publicKey));
}
