import { type Bundle, readBundle } from "@overt/scripts/authority/rules/bundle/bundle.ts";
import type { BundleSources } from "@overt/scripts/authority/rules/bundle/sources.ts";
import { Problems, type Source } from "@overt/scripts/authority/rules/source/problems.ts";

export const head = `bundle: tests
version: 1
issued: 2026-01-01
expires: 90 days
`;

export const source = (text: string, path = "rules/a.yaml"): Source => ({ path, text });

/** A bundle of one rules file, and what is wrong with it. */
export function readRules(
  rules: string,
  more: { readonly head?: string; readonly lists?: Readonly<Record<string, string>> } = {},
): { readonly bundle: Bundle | undefined; readonly problems: Problems } {
  const problems = new Problems();
  const lists = Object.entries(more.lists ?? {}).map(([id, text]) => [id, source(text, `lists/${id}.txt`)] as const);
  const sources: BundleSources = {
    header: source(more.head ?? head, "bundle.yaml"),
    rules: [source(rules)],
    engines: undefined,
    wrappers: undefined,
    lists: new Map(lists),
  };
  return { bundle: readBundle(sources, problems), problems };
}

/** A rule of the tests with everything that is needed, and `lines` in it. */
export function ruleText(id: string, lines: string): string {
  return `- rule: ${id}
  reason: a reason
  known-failures: none known
${lines
  .trim()
  .split("\n")
  .map((line) => `  ${line}`)
  .join("\n")}
`;
}

export const visitRule = (id: string, host: string) =>
  ruleText(
    id,
    `signal: navigation
category: test-category
hosts: [${host}]
examples: { match: ["https://${host}/"], no-match: ["https://other.test/"] }`,
  );
