import { readFileSync } from "node:fs";
import { openFileForms } from "@overt/agent/platform/forms/file-forms.ts";
import { openListFile } from "@overt/agent/platform/tuf/list-file.ts";
import { nativeSha256 } from "@overt/agent/platform/tuf/published-lists.ts";
import { brandVerified } from "@overt/shared/brand.ts";
import { parseUtf8 } from "@overt/shared/bytes.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { limits } from "@overt/shared/limits.ts";
import { compileRules, openRules } from "@overt/shared/rules/compile.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";

/**
 * Takes a rule set and its list from the disk as the agent does at its start, and asks it about two observations. Where the
 * folder of forms holds what an earlier start kept, it is opened; otherwise all is compiled anew and kept.
 */
const [, , rulesPath, listPath, formsPath, page, title] = process.argv as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const name = "rules/bench.json";
const forms = openFileForms({ folder: formsPath, key: new Uint8Array(32), program: "bench" });
const open = () => openHostList(openListFile(listPath), { sha256: nativeSha256 });
const lists = { openList: open, openPublished: open };
const loaded = performance.now();
const bytes = brandVerified(readFileSync(rulesPath));
const form = forms.find(name, bytes);
const found = performance.now();
const value = form ? JSON.parse(parseUtf8(bytes)) : parseCanonical(bytes, { maxBytes: limits.payload.ruleSet });
const parsed = performance.now();
const rules = brandVerified(form ? (value as RuleSet) : RuleSet.parse(value));
const checked = performance.now();
const engine = form ? openRules(rules, lists, form) : compileRules(rules, lists);
const opened = performance.now();
const seen = { cause: "user-navigation", channel: "extension" } as const;
const local = { day: 1, minute: 1 };
const matches =
  engine.match({ ...seen, signal: "navigation", destination: parseDestination(page) }, local).length +
  engine.match({ ...seen, signal: "title", text: title }, local).length;
const ready = performance.now();
if (form === undefined) forms.keep(name, bytes, engine.parts.form);
console.log(
  JSON.stringify({
    matches,
    kept: form !== undefined,
    loadedMs: loaded,
    formMs: found - loaded,
    readMs: parsed - found,
    schemaMs: checked - parsed,
    openMs: opened - checked,
    firstMs: ready - opened,
    readyMs: ready - loaded,
  }),
);
