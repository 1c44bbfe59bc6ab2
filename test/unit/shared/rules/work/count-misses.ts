import { compileRules } from "@overt/shared/rules/compile.ts";
import { buildPlainLists } from "@overt/shared/rules/lists.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import { hostsRule, noon, rule, ruleSet, termsRule, title, visit } from "../support.ts";

/** Run by itself under --expose-gc: how many bytes misses leave behind. */
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const rules = [
  ...many(400, (i) =>
    hostsRule(
      `host-${i}`,
      many(10, (k) => `h${i}-${k}.listed.test`),
    ),
  ),
  ...many(20, (i) =>
    rule(`path-${i}`, { signal: "navigation", paths: many(100, (k) => `*/section-${i}/${k}-room*/x*`) }),
  ),
  ...many(50, (i) =>
    termsRule(`term-${i}`, { any: many(20, (k) => ({ text: `phrase${i}x${k} wanted`, digits: true })) }),
  ),
  rule("search", { signal: "search", terms: { any: [{ text: "wanted" }] } }),
  rule("app", { signal: "app", apps: [{ executable: "wanted.exe" }] }),
  rule("stick", { signal: "device", devices: { classes: ["storage"], registered: false } }),
  rule("tor", { signal: "system", indicators: ["tor"] }),
];
const engine = compileRules(
  ruleSet(rules, {
    engines: [{ id: "findit", names: ["findit"], hosts: ["other-search.test"], paths: ["/search"], parameters: ["q"] }],
    wrappers: [
      { id: "go", kind: "redirect", hosts: ["go.test"], path: "/url", inner: { from: "parameter", names: ["u"] } },
    ],
  }),
  buildPlainLists(),
);

const seen = { cause: "unknown", channel: "process" } as const;
const observations: Observation[] = [
  ...many(60, (i) => visit(`https://www.site-${i}.example.co.uk/some/long/path/${i}?with=a&query=${i}`)),
  ...many(20, (i) => title(`The weather in town number ${i}, and what to wear`)),
  ...many(10, (i) => title(`Y tywydd heddiw yn Llŷn ${i} – погода сегодня`, `https://site-${i}.test/`)),
  { ...seen, signal: "app", executable: "editor.exe" },
  { ...seen, signal: "device", deviceClass: "phone", registered: true },
  { ...seen, signal: "system", indicator: "vpn" },
];

function miss(times: number): number {
  let matches = 0;
  let at = 0;
  for (let i = 0; i < times; i++) {
    matches += engine.match(observations[at] as Observation, noon).length;
    at = at + 1 === observations.length ? 0 : at + 1;
  }
  return matches;
}

const collect = globalThis.gc as () => void;
const rounds = 4;
const perRound = 250_000;
let matches = miss(200_000);
// The optimiser allocates too, while it still learns: what every round costs is what a miss costs.
let bytes = Number.POSITIVE_INFINITY;
for (let round = 0; round < rounds; round++) {
  collect();
  const before = process.memoryUsage().heapUsed;
  matches += miss(perRound);
  bytes = Math.min(bytes, process.memoryUsage().heapUsed - before);
}
console.log(JSON.stringify({ misses: rounds * perRound, matches, bytesOfAQuarter: bytes }));
