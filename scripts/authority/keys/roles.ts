import type { KeyRole } from "@overt/shared/protocol/key-file.ts";

/** What each key is for, who holds it and how many an agency needs: for `--help` and for whoever was handed a file. */
export const keyPurposes: Readonly<Record<KeyRole, string>> = {
  root: "signs the agency's root: who else may sign (five people, three sign)",
  targets: "signs the list of published files: rosters, rules, host lists (three people, two sign)",
  snapshot: "signs which list of files is the newest (one, offline)",
  timestamp: "signs daily that nothing newer is there (one, on the server)",
  "order-signer": "signs orders, with others",
  "status-signer": "confirms that an order still stands, alone",
  officer: "signs enrolment tokens and countersigns the person's answer",
  "server-receipt": "ingest signs receipts with it",
  "server-log": "ingest signs checkpoints of its log with it",
  "server-console": "the console signs views and decisions with it",
  reviewer: "opens evidence that was sealed to this reviewer",
  recovery: "opens all evidence; kept offline, for when reviewers' keys are lost",
  "server-session": "protects the console's cookies; a plain secret",
};

/** Nobody is at a server to type a passphrase. */
export function isServerKey(role: KeyRole): boolean {
  return role === "timestamp" || role.startsWith("server-");
}
