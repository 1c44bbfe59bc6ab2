import { readFileSync } from "node:fs";
import { openListFile } from "@overt/agent/platform/tuf/list-file.ts";
import { nativeSha256 } from "@overt/agent/platform/tuf/published-lists.ts";
import { brandVerified } from "@overt/shared/brand.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { limits } from "@overt/shared/limits.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";

/** Takes a rule set and its list from the disk as the agent does at its start, and asks it about two observations. */
const [, , rulesPath, listPath, page, title] = process.argv as [string, string, string, string, string, string];
const loaded = performance.now();
const value = parseCanonical(readFileSync(rulesPath), { maxBytes: limits.payload.ruleSet });
const parsed = performance.now();
const rules = brandVerified(RuleSet.parse(value));
const checked = performance.now();
const open = () => openHostList(openListFile(listPath), { sha256: nativeSha256 });
const engine = compileRules(rules, { openList: open, openPublished: open });
const compiled = performance.now();
const seen = { cause: "user-navigation", channel: "extension" } as const;
const local = { day: 1, minute: 1 };
const found =
  engine.match({ ...seen, signal: "navigation", destination: parseDestination(page) }, local).length +
  engine.match({ ...seen, signal: "title", text: title }, local).length;
const ready = performance.now();
console.log(
  JSON.stringify({
    found,
    loadedMs: loaded,
    readMs: parsed - loaded,
    schemaMs: checked - parsed,
    compileMs: compiled - checked,
    firstMs: ready - compiled,
    readyMs: ready - loaded,
  }),
);
