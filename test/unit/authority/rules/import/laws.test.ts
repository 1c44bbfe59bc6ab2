import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkBundle } from "@overt/scripts/authority/rules/check.ts";
import { testExamples } from "@overt/scripts/authority/rules/examples.ts";
import { type FormatName, formats } from "@overt/scripts/authority/rules/import/formats/formats.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importBytes, makeFolder, readListing } from "./support.ts";

const runs = Number(process.env["PROPERTY_RUNS"] ?? 0) > 1_000 ? 3_000 : 40;

/** What lists are made of, and what they are not. */
const pieces = [
  ..."a.example b.a.example c.test www. .example xn--mller-kva.example xn--a ünicode.example EXAMPLE. 192.0.2.7 127.1 [2001:db8::7] ::1 localhost co.uk".split(
    " ",
  ),
  ...'|| | ^ * @@ ## #@# ! !# [ ] $ $document $third-party ,domain= ~ /chat/ /rooms? &q= = %2A %20 %C3 // . - : ; , " @ \\ ( )'.split(
    " ",
  ),
  ..."0.0.0.0 127.0.0.1 IN CNAME SOA A . *. rpz-passthru. rpz-drop. .rpz-ip $ORIGIN $TTL rpz.example. text lookalikes yes no use unless".split(
    " ",
  ),
  ..." |\t|\u00a0|# |\ufeff|😀|وا|\u202e|\u0001|\u007f|\u2028".split("|"),
  "x".repeat(300),
];
const ends = fc.constantFrom("\n", "\r\n", "\r", "\n\n");
const line = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((all) => all.join(""));
const text = fc
  .array(fc.tuple(line, ends), { maxLength: 25 })
  .map((lines) => Buffer.from(lines.map(([words, end]) => words + end).join("")));
const bytes = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all)) },
  {
    weight: 1,
    arbitrary: fc.tuple(text, fc.uint8Array({ maxLength: 3 }), fc.nat(400)).map(([all, odd, at]) => {
      return Buffer.concat([all.subarray(0, at), odd, all.subarray(at)]);
    }),
  },
);

/** Lines as any editor counts them: CR LF, LF and CR each end one, and nothing after the last end is no line. */
function countLines(all: Uint8Array): number {
  const lines = Buffer.from(all)
    .toString("latin1")
    .split(/\r\n|\r|\n/);
  return lines.at(-1) === "" ? lines.length - 1 : lines.length;
}

describe("whatever the bytes are", () => {
  const sources = (Object.keys(formats) as FormatName[]).flatMap((format): [FormatName, string][] =>
    format === "ut1"
      ? [
          [format, "domains"],
          [format, "urls"],
        ]
      : [[format, "source.txt"]],
  );
  test.each(sources)(
    "%s (%s): no error, each line counted and listed once, and what is written is a bundle that check and test take",
    (format, file) => {
      const folder = makeFolder();
      fc.assert(
        fc.property(bytes, (all) => {
          rmSync(join(folder, "out"), { recursive: true, force: true });
          const { counts, lines, files, reasons } = importBytes(format, all, folder, file);
          expect(lines).toBe(countLines(all));
          for (const end of ["noted", "skipped"] as const) {
            expect(reasons.filter((one) => one.end === end).reduce((sum, one) => sum + one.count, 0)).toBe(counts[end]);
          }
          if (files.length === 0) {
            expect(existsSync(join(folder, "out"))).toBe(false);
            return;
          }
          const listing = readListing(folder);
          expect(listing.length).toBe(counts.noted + counts.skipped + counts.known);
          expect(new Set(listing.map((one) => one.line)).size).toBe(listing.length);
          const { bundle, problems } = checkBundle(join(folder, "out"));
          expect(problems.filter(({ kind }) => kind === "error")).toEqual([]);
          expect(bundle && testExamples(bundle).filter(({ passed }) => !passed)).toEqual([]);
          expect(readdirSync(join(folder, "out")).filter((name) => name.startsWith("."))).toEqual([]);
        }),
        { numRuns: runs },
      );
    },
  );
});
