import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import type { TextSignal } from "@overt/shared/rules/signals.ts";
import { chooseExamples, openParts } from "./choose-examples.ts";
import { Draft } from "./draft.ts";
import { dropCrowded } from "./drop-crowded.ts";
import { Exceptions } from "./exceptions.ts";
import type { Format } from "./formats/formats.ts";
import { Gathered } from "./gathered.ts";
import { type Part, planParts } from "./parts.ts";
import { type About, writeRule } from "./rule-text.ts";
import { Settler } from "./settle.ts";
import { type End, type ReasonCount, Tally } from "./tally.ts";
import { TextWriter } from "./text-writer.ts";

export type ImportInput = {
  readonly format: Format;
  readonly files: readonly string[];
  /** A bundle's folder, or one that is to become one. */
  readonly out: string;
  /** Id of the first rule; the others and the lists begin with it. At most 40 characters. */
  readonly id: string;
  readonly about: About;
  /** For terms: what they are looked for in. */
  readonly signals: readonly TextSignal[];
  /** Unix seconds: the day of issue of a new bundle. */
  readonly now: number;
  readonly replace: boolean;
  /** Told now and then how many lines were read. */
  readonly progress?: (lines: number) => void;
};

export type ImportResult = {
  readonly id: string;
  readonly lines: number;
  readonly counts: Readonly<Record<End, number>>;
  readonly reasons: readonly ReasonCount[];
  readonly hosts: number;
  readonly paths: number;
  readonly terms: number;
  /** What exceptions became. */
  readonly allowedHosts: number;
  readonly allowedPaths: number;
  /** Names in the folder; empty where nothing could be taken, and then nothing was written. */
  readonly files: readonly string[];
};

const linesBetween = 100_000;

/**
 * Reads somebody else's lists and writes rules and lists that `rules check` takes. All or nothing: a failure leaves the
 * folder as it was. Memory is bounded by the number of different hosts, some 24 bytes for each. Throws FILE_EXISTS, and
 * RULE_REFUSED where the engine does not take what was made.
 */
export function runImport(input: ImportInput): ImportResult {
  refuseTaken(input);
  const draft = new Draft(input.out, input.id);
  try {
    const result = importInto(draft, input);
    if (result.files.length === 0) draft.discard();
    return result;
  } catch (error) {
    draft.discard();
    throw error;
  }
}

function importInto(draft: Draft, input: ImportInput): ImportResult {
  const { id } = input;
  const writers = {
    alert: new TextWriter(draft.pathFor(`lists/${id}.txt`)),
    allow: new TextWriter(draft.pathFor(`lists/${id}-allow.txt`)),
  };
  const listing = new TextWriter(draft.pathFor(`imports/${id}.txt`));
  const gathered = new Gathered(writers);
  const tally = new Tally(listing);
  try {
    readEverything(input, gathered, tally);
  } finally {
    for (const writer of [writers.alert, writers.allow, listing]) writer.close();
  }
  const parts = gathered.isEmpty ? [] : planParts(id, gathered, input.signals);
  if (parts.length > 0) writeParts(draft, input, parts, gathered);
  const { counts, reasons, lines } = tally;
  return {
    ...{ id, lines, counts, reasons },
    hosts: gathered.hosts.alert.hosts.size,
    paths: gathered.paths.alert.size,
    terms: gathered.terms.any.size + gathered.terms.unless.size,
    allowedHosts: gathered.hosts.allow.hosts.size,
    allowedPaths: gathered.paths.allow.size,
    files: parts.length > 0 ? finish(draft, input) : [],
  };
}

/** Exceptions first: what they clear must be known before the rest is read. */
function readEverything({ format, files, progress }: ImportInput, gathered: Gathered, tally: Tally): void {
  const exceptions = new Exceptions(format.law);
  const settler = new Settler(gathered, tally, exceptions);
  let read = 0;
  for (const pass of format.hasExceptions ? (["allow", "alert"] as const) : (["alert"] as const)) {
    for (const file of files) {
      for (const line of format.read(file)) {
        if (++read % linesBetween === 0) progress?.(read);
        const { outcome } = line;
        const isException =
          outcome.kind === "taken" && outcome.entries.some((one) => one.kind !== "term" && one.action === "allow");
        if (isException !== (pass === "allow")) continue;
        if (isException) for (const entry of outcome.entries) exceptions.add(entry);
        settler.settle(line);
      }
    }
  }
  settler.finish(dropCrowded(gathered));
}

function writeParts(
  draft: Draft,
  { id, about, out, now }: ImportInput,
  parts: readonly Part[],
  gathered: Gathered,
): void {
  const lists = new Map(
    [[id, gathered.hosts.alert.hosts] as const, [`${id}-allow`, gathered.hosts.allow.hosts] as const].filter(
      ([, hosts]) => hosts.size > 0,
    ),
  );
  const placeholders = { match: "https://any.invalid/", noMatch: "https://other.invalid/" };
  const engine = openParts(
    parts.map((part) => writeRule(part, about, placeholders)),
    lists,
  );
  const examples = chooseExamples(engine, parts, gathered);
  for (const part of parts)
    draft.write(`rules/${part.id}.yaml`, writeRule(part, about, examples.get(part.id) ?? placeholders));
  if (!existsSync(join(out, "bundle.yaml"))) draft.write("bundle.yaml", writeHead(id, now));
}

function writeHead(id: string, now: number): string {
  const day = new Date(now * 1_000).toISOString().slice(0, 10);
  return `# Made by an import; give it a name of your own.\nbundle: ${id}\nversion: 1\nissued: ${day}\nexpires: 180 days\n`;
}

function finish(draft: Draft, { out, id }: ImportInput): readonly string[] {
  const before = listOwn(out, id);
  const written = draft.finish();
  for (const name of before) if (!written.includes(name)) rmSync(join(out, name));
  return written;
}

function refuseTaken({ out, id, replace }: ImportInput): void {
  const taken = [`rules/${id}.yaml`, `lists/${id}.txt`, `rules/${id}-allow.yaml`].filter((name) =>
    existsSync(join(out, name)),
  );
  if (taken.length === 0) return;
  const foreign = taken.filter((name) => name.endsWith(".yaml") && !isImported(join(out, name)));
  if (replace && foreign.length === 0) return;
  throw new ConfigError(
    "FILE_EXISTS",
    `${out} has ${taken.join(" and ")} already. ${
      foreign.length > 0
        ? `Choose another --rule: ${foreign.join(" and ")} was written by hand.`
        : "Choose another --rule, or add --replace to import again in its place."
    }`,
  );
}

/** Files that an earlier import of this id left. */
function listOwn(out: string, id: string): readonly string[] {
  const ids = [id, `${id}-allow`, ...["title", "page-text", "messages", "search"].map((signal) => `${id}-${signal}`)];
  const rules = ids.flatMap((one) => [
    `rules/${one}.yaml`,
    ...Array.from({ length: 60 }, (_, at) => `rules/${one}-${at + 2}.yaml`),
  ]);
  return [
    ...rules.filter((name) => existsSync(join(out, name)) && isImported(join(out, name))),
    ...[`lists/${id}.txt`, `lists/${id}-allow.txt`].filter((name) => existsSync(join(out, name))),
  ];
}

function isImported(path: string): boolean {
  return readFileSync(path, "utf8").startsWith("# Imported ");
}
