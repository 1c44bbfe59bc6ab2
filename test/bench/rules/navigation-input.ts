import { brandVerified, type Verified } from "@overt/shared/brand.ts";
import { type ListReference, RuleSet } from "@overt/shared/rules/language.ts";
import { unicodeVersion } from "@overt/shared/rules/unicode.ts";
import { Random } from "../frame/random.ts";
import { drawHosts, take } from "./hosts-input.ts";
import { commonWords, drawRareWord, Vocabulary } from "./words.ts";

const seed = 5_150;

/** A path pattern in our form and in that of Adblock lists, and a piece of URL that it must match. */
type Pattern = {
  readonly ours: string;
  readonly adblock: string;
  readonly host: string | undefined;
  readonly path: string;
};

export type Navigation = {
  /** In the binary list. */
  readonly hosts: readonly string[];
  readonly patterns: readonly Pattern[];
  /** Addresses to decide on: nine of ten satisfy no rule. */
  readonly urls: readonly string[];
};

/** Half host and path, three in ten a piece of the path anywhere, one in five with a wildcard inside. */
function drawPattern(random: Random, host: string, word: () => string): Pattern {
  const kind = random.below(10);
  if (kind < 5) {
    const path = `/${word()}/${word()}-${word()}`;
    return { ours: `${host}${path}*`, adblock: `||${host}${path}`, host, path };
  }
  if (kind < 8) {
    const piece = `-${word()}-${word()}_${word()}`;
    return { ours: `*/*${piece}*`, adblock: piece, host: undefined, path: `/x${piece}` };
  }
  const [first, second] = [`/${word()}-${word()}/`, `-${word()}_`];
  return {
    ours: `${host}${first}*${second}*`,
    adblock: `||${host}${first}*${second}`,
    host,
    path: `${first}a${second}`,
  };
}

/**
 * `hostCount` listed hosts, `pathCount` patterns and `urlCount` addresses of some 85 characters; the same on every machine.
 * Patterns and addresses are made of one vocabulary, as they are in life: the words of a pattern stand in many addresses
 * that it does not match.
 */
export function makeNavigation(hostCount: number, pathCount: number, urlCount: number): Navigation {
  const random = new Random(seed);
  const vocabulary = new Vocabulary(
    [...commonWords, ...Array.from({ length: 5_000 }, () => drawRareWord(random))],
    random,
  );
  const word = () => vocabulary.draw();
  const hosts = [...new Set(take(drawHosts(seed), hostCount))];
  // Rules with paths speak of hosts that hold other things as well, some of them often.
  const others = take(drawHosts(seed + 1), Math.max(1, Math.floor(pathCount / 4)));
  const patterns = Array.from({ length: pathCount }, () => drawPattern(random, random.pick(others), word));
  const fresh = drawHosts(seed + 2);
  const drawPath = () =>
    `/${word()}/${word()}-${word()}-${word()}/${word()}_${random.below(1e6)}.html${random.chance(40) ? `?id=${random.below(1e9)}&ref=${word()}` : ""}`;
  const urls = Array.from({ length: urlCount }, (_, i) => {
    const host = random.chance(50) ? random.pick(others) : (fresh.next().value as string);
    if (i % 20 === 0) return `https://www.${random.pick(hosts)}${drawPath()}`;
    if (i % 20 !== 10) return `https://www.${host}${drawPath()}`;
    const hit = random.pick(patterns);
    return `https://${hit.host ?? host}${hit.path}/${random.below(1e6)}?ref=${word()}`;
  });
  return { hosts, patterns, urls };
}

export const adblockLines = ({ hosts, patterns }: Navigation) =>
  [...hosts.map((host) => `||${host}^`), ...patterns.map(({ adblock }) => adblock)].join("\n");

const common = {
  revision: 1,
  category: "test-category",
  severity: "normal",
  evidence: 1,
  cooldownSeconds: 0,
  budgetPerDay: 10,
  mode: "live",
  action: "alert",
  reason: "A rule of the bench.",
  knownFailures: "None known.",
  examples: { match: [{ url: "https://a.test/" }], noMatch: [{ url: "https://b.test/" }] },
};

export type Terms = readonly string[];

/** `count` rules that share the patterns among them; the last also has the list. With terms, as many rules again on titles. */
export function makeRuleSet(
  { patterns }: Pick<Navigation, "patterns">,
  count: number,
  list: ListReference,
  terms: Terms = [],
): Verified<RuleSet> {
  const share = Math.ceil(patterns.length / count);
  const rules = Array.from({ length: count }, (_, i) => ({
    ...common,
    ruleId: `path-${i}`,
    signal: "navigation",
    paths: patterns.slice(i * share, (i + 1) * share).map(({ ours }) => ours),
    ...(i === count - 1 ? { hosts: { names: [], lists: [list.id] } } : {}),
  }));
  const each = Math.ceil(terms.length / count);
  const titles = Array.from({ length: terms.length === 0 ? 0 : count }, (_, i) => ({
    ...common,
    ruleId: `title-${i}`,
    signal: "title",
    terms: { any: terms.slice(i * each, (i + 1) * each).map((text) => ({ text })) },
  }));
  return brandVerified(
    RuleSet.parse({
      v: 1,
      bundle: "bench",
      version: 1,
      issuedAt: 1_700_000_000,
      expires: 1_700_000_000 + 86_400,
      unicode: unicodeVersion,
      rules: [...rules, ...titles],
      behaviours: [],
      lists: [list],
      engines,
      wrappers,
    }),
  );
}

const engines = ["google", "bing", "duckduckgo", "yahoo", "yandex"].map((name) => ({
  id: name,
  names: [name],
  hosts: [],
  paths: [],
  parameters: ["q", "p", "text"],
}));
const wrappers = [
  { id: "translate", kind: "translate", hosts: ["translate.goog"], path: "/", inner: { from: "label" } },
  {
    id: "redirect",
    kind: "redirect",
    hosts: ["google.com"],
    path: "/url",
    inner: { from: "parameter", names: ["q", "url"] },
  },
  { id: "archive", kind: "archive", hosts: ["web.archive.org"], path: "/web/", inner: { from: "path", skip: 1 } },
];
