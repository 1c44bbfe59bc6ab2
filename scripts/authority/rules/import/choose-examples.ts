import { brandVerified } from "@overt/shared/brand.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { findDestination } from "@overt/shared/rules/destination.ts";
import type { HostCover } from "@overt/shared/rules/hosts.ts";
import type { ListReference } from "@overt/shared/rules/language.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import { buildRuleSet, readBundle } from "../bundle/bundle.ts";
import { deskEngine, observeExample, ordinaryTime } from "../observe.ts";
import { Problems } from "../source/problems.ts";
import { showProblems } from "../source/show-problems.ts";
import type { Gathered } from "./gathered.ts";
import type { HostSet } from "./host-set.ts";
import type { Part } from "./parts.ts";
import { addressesOf } from "./path-entry.ts";
import type { Examples } from "./rule-text.ts";
import { suffixesOf } from "./suffixes.ts";

/**
 * The rules of an import as the engine takes them, over lists of which only digests are in memory. Throws RULE_REFUSED where
 * the language or the engine does not take them.
 */
export function openParts(texts: readonly string[], lists: ReadonlyMap<string, HostSet>): RuleEngine {
  const problems = new Problems();
  const head = "bundle: import\nversion: 1\nissued: 2026-01-01\nexpires: 1 day\n";
  const bundle = readBundle(
    {
      header: { path: "bundle.yaml", text: head },
      rules: texts.map((text, at) => ({ path: `rules/${at}.yaml`, text })),
      engines: undefined,
      wrappers: undefined,
      // The lists themselves stay on the disk.
      lists: new Map([...lists.keys()].map((id) => [id, { path: `lists/${id}.txt`, text: "kept.elsewhere.invalid" }])),
    },
    problems,
  );
  if (bundle === undefined) throw new PolicyError("RULE_REFUSED", showProblems(problems.list()));
  const references = [...lists].map(
    ([id, { size }]): ListReference => ({
      ...{ id, target: `lists/${id}.bin`, sha256: "0".repeat(64), entries: size, sensitive: false },
    }),
  );
  const openPublished = (id: string) => coverBy(lists.get(id));
  const ruleSet = { ...buildRuleSet(bundle, references), engines: [deskEngine] };
  return compileRules(brandVerified(ruleSet), { openPublished, openList: ({ id }) => openPublished(id) });
}

function coverBy(hosts: HostSet | undefined): HostCover {
  return {
    findCovering(host) {
      for (const name of suffixesOf(host)) if (hosts?.has(name)) return name.length;
      return 0;
    },
  };
}

/**
 * For each rule something that it matches and something that it does not, tried on the engine. Throws RULE_REFUSED where
 * nothing can be found that it matches.
 */
export function chooseExamples(
  engine: RuleEngine,
  parts: readonly Part[],
  gathered: Gathered,
): ReadonlyMap<string, Examples> {
  return new Map(
    parts.map((part) => {
      const match = firstOf(hitsOf(part, gathered), (one) => acts(engine, part, one));
      const noMatch = firstOf(missesOf(part), (one) => !acts(engine, part, one));
      if (match === undefined || noMatch === undefined) {
        throw new PolicyError(
          "RULE_REFUSED",
          `No example could be found that the rule ${part.id} ${match === undefined ? "matches (exceptions clear what was tried)" : "does not match"}. Nothing was written.`,
        );
      }
      return [part.id, { match, noMatch }];
    }),
  );
}

function acts(engine: RuleEngine, part: Part, example: string): boolean {
  const observation = observe(part, example);
  if (observation === undefined) return false;
  if (part.signal === "navigation" && part.action === "allow") {
    const stages = engine.collect(observation, ordinaryTime);
    return stages.some(({ found }) => found.some(({ rule }) => rule.ruleId === part.id));
  }
  return engine.match(observation, ordinaryTime).some(({ rule }) => rule.ruleId === part.id);
}

function observe(part: Part, example: string): Observation | undefined {
  return observeExample(part.signal, part.signal === "navigation" ? { url: example } : { text: example });
}

function* hitsOf(part: Part, gathered: Gathered): Generator<string> {
  if (part.signal !== "navigation") {
    for (const { text } of part.any) yield text;
    return;
  }
  if (part.list !== undefined) {
    for (const host of gathered.hosts[part.action].first)
      for (const rest of ["/", "/page"]) yield addressOf(host, rest);
  }
  for (const pattern of part.paths) {
    const entry = gathered.paths[part.action].get(pattern);
    if (entry !== undefined) yield* addressesOf(entry);
  }
}

function* missesOf(part: Part): Generator<string> {
  if (part.signal !== "navigation") {
    yield* ["nothing of the list", "an ordinary day", "0", "7 7 7", "…"];
    return;
  }
  for (const rest of ["/", "/page", "/0", "/q"])
    for (const host of ["other.invalid", "other.test"]) yield addressOf(host, rest);
}

function addressOf(host: string, rest: string): string {
  return findDestination(`https://${host}${rest}`) === undefined
    ? `https://[${host}]${rest}`
    : `https://${host}${rest}`;
}

function firstOf<T>(items: Iterable<T>, isWanted: (item: T) => boolean): T | undefined {
  for (const item of items) if (isWanted(item)) return item;
  return undefined;
}
