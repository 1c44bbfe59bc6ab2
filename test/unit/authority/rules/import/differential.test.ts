import { rmSync } from "node:fs";
import { join } from "node:path";
import type { FormatName } from "@overt/scripts/authority/rules/import/formats/formats.ts";
import { sayReason } from "@overt/scripts/authority/rules/import/reasons.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { covers } from "../../../shared/rules/reference/addresses.ts";
import { readSlowly } from "./slow-filters.ts";
import { importBytes, isFound, makeFolder, openImported, readListing } from "./support.ts";

const runs = Number(process.env["PROPERTY_RUNS"] ?? 0) > 1_000 ? 3_000 : 50;

const hosts = ["a.example", "b.a.example", "c.b.a.example", "d.test", "e.d.test", "ba.example"];
const words = ["chat", "room", "live-chat", "a", "x.y", "%C3%A9t%C3%A9", "Q", "chat%20room"];
const signs = ["/", "?", "&", "=", ".", "-", ";", ":", "//"];
const url = fc
  .tuple(
    fc.constantFrom(...hosts, "www.a.example", "notd.test"),
    fc.array(fc.constantFrom(...words, ...signs, ...signs), { maxLength: 7 }),
  )
  .map(([host, rest]) => `https://${host}/${rest.join("")}`);
const urls = fc.array(url, { minLength: 20, maxLength: 60 });

/** Lines that the import left out, but for those that an exception of their own list clears. */
function listLeftOut(folder: string): Set<number> {
  const cleared = `left out: ${sayReason("excepted")}`;
  return new Set(
    readListing(folder)
      .filter((one) => one.words.startsWith("left out") && one.words !== cleared)
      .map((one) => one.line),
  );
}

/** Imports the lines, and holds what the compiled rules find against `find`, which is given the lines that were taken. */
function compare(
  format: FormatName,
  lines: readonly string[],
  addresses: readonly string[],
  folder: string,
  find: (taken: readonly string[], url: string) => boolean,
): void {
  rmSync(join(folder, "out"), { recursive: true, force: true });
  const { files } = importBytes(format, lines.map((one) => `${one}\n`).join(""), folder);
  if (files.length === 0) return;
  const leftOut = listLeftOut(folder);
  const taken = lines.filter((_, at) => !leftOut.has(at + 1));
  const engine = openImported(join(folder, "out"));
  for (const one of addresses) {
    expect({ url: one, found: isFound(engine, one) }).toEqual({ url: one, found: find(taken, one) });
  }
}

describe("what is imported, compiled and matched is what the source says", () => {
  test("filters, against one regular expression for each", () => {
    const rest = fc
      .array(fc.constantFrom(...words, ...signs, "*", "^", "/"), { maxLength: 4 })
      .map((all) => all.join(""));
    const filter = fc.oneof(
      fc
        .tuple(fc.constantFrom(...hosts), fc.constantFrom("^", "/", "^*", "", "^|"), rest)
        .map(([h, s, r]) => (s === "" ? `||${h}` : `||${h}${s}${r}`)),
      fc.tuple(fc.constantFrom(...hosts), rest, fc.constantFrom("", "|")).map(([h, r, e]) => `||${h}/${r}${e}`),
      fc
        .tuple(fc.constantFrom("", "/", "*", "^"), fc.constantFrom(...words), rest, fc.constantFrom("", "|", "*"))
        .map((all) => all.join("")),
      fc.tuple(fc.constantFrom(...hosts), fc.constantFrom("", "/", "^"), rest).map(([h, s, r]) => (s ? h + s + r : h)),
      fc.constantFrom(...hosts).map((host) => `||*.${host}^`),
    );
    const lined = fc
      .tuple(fc.constantFrom("", "", "@@"), filter, fc.constantFrom("", "", "", "$document", "$script"))
      .map((all) => all.join(""));
    const folder = makeFolder();
    fc.assert(
      fc.property(fc.array(lined, { minLength: 1, maxLength: 12 }), urls, (lines, addresses) => {
        compare("adblock", lines, addresses, folder, (taken, one) => {
          const met = taken.map(readSlowly).filter((each) => each.matches(one));
          return met.length > 0 && met.every((each) => !each.allows);
        });
      }),
      // No name ends in a hyphen, so this is part of an address.
      { numRuns: runs, examples: [[["x.y-"], ["https://a.example/x.y-", "https://x.y/"]]] },
    );
  });

  test("a policy zone, where the longest listed name decides", () => {
    const name = fc.tuple(fc.constantFrom("", "*."), fc.constantFrom(...hosts)).map((all) => all.join(""));
    const record = fc
      .tuple(name, fc.constantFrom("CNAME .", "CNAME *.", "IN CNAME rpz-passthru.", "A 127.0.0.1", "CNAME other.test."))
      .map((all) => all.join(" "));
    const folder = makeFolder();
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 10 }), urls, (lines, addresses) => {
        compare("rpz", lines, addresses, folder, (taken, one) => {
          const { hostname } = new URL(one);
          const met = taken
            .map((each) => ({ host: each.replace(/^\*\./, "").split(" ")[0] as string, allows: /passthru/.test(each) }))
            .filter(({ host }) => covers(host, hostname));
          const longest = Math.max(0, ...met.map(({ host }) => host.length));
          const deciding = met.filter(({ host }) => host.length === longest);
          return deciding.length > 0 && deciding.every(({ allows }) => !allows);
        });
      }),
      { numRuns: runs },
    );
  });

  test.each<[FormatName, (host: string) => string]>([
    ["hosts", (host) => `0.0.0.0 ${host} # x`],
    ["domains", (host) => host.toUpperCase()],
  ])("%s, against every name in its turn", (format, write) => {
    const folder = makeFolder();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...hosts), { minLength: 1, maxLength: 8 }), urls, (names, addresses) => {
        compare(format, names.map(write), addresses, folder, (_, one) =>
          names.some((name) => covers(name, new URL(one).hostname)),
        );
      }),
      { numRuns: Math.ceil(runs / 4) },
    );
  });
});
