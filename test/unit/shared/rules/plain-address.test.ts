import { findDestination, parseAddress } from "@overt/shared/rules/destination.ts";
import { readPlainAddress } from "@overt/shared/rules/plain-address.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 10_000), 1_000_000);

const often = (...pieces: string[]) => fc.constantFrom(...pieces);
/** What the WHATWG parser treats in a way of its own, between what it leaves alone. */
const hostPiece = fc.oneof(
  { weight: 6, arbitrary: often("a", "example", "b-c", "0", "9z", ".", ".test", ".com", "_dmarc") },
  {
    weight: 2,
    arbitrary: often(
      "..",
      "--",
      "xn--",
      "xn--bcher-kva",
      "xn--a",
      "127.0.0.1",
      "0x7f.1",
      "2130706433",
      ".1",
      ".0x",
      ".",
    ),
  },
  {
    weight: 1,
    arbitrary: often("A", "ü", "ß", "。", "%65", "%2e", "\u00ad", "\u200d", "[::1]", "[::ffff:1.2.3.4]", ":", ":80"),
  },
  { weight: 1, arbitrary: often(":443", ":8443", "user@", "u:p@", "@", "\\", "\t", "\n", " ", "|", "<", "^", "💥") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 2 }) },
);
const tailPiece = fc.oneof(
  {
    weight: 8,
    arbitrary: often(
      "a",
      "chat",
      "Room",
      "Z",
      "0",
      "-",
      "_",
      "~",
      "!",
      "$",
      "&",
      "(",
      ")",
      "*",
      "+",
      ",",
      ";",
      "=",
      ":",
      "@",
    ),
  },
  { weight: 4, arbitrary: often("/", "/", "?", "#", ".", ".html", "..", "/.", "/..", "/./", "//", "?#", "??", "/?") },
  {
    weight: 1,
    arbitrary: often("%41", "%2e", "%2F", "%ff", "%C3%BC", "%c3", "%", "%4", "%25", "%00", "'", '"', "`", "{"),
  },
  {
    weight: 1,
    arbitrary: often("}", "|", "^", "[", "]", "<", ">", "\\", "\t", "\r\n", " ", "é", "ń", "\u0000", "\ud800"),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 2 }) },
);
const join = (piece: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(piece, { maxLength }).map((pieces) => pieces.join(""));
const scheme = fc.oneof(
  { weight: 12, arbitrary: often("https://", "http://") },
  {
    weight: 1,
    arbitrary: often("HTTPS://", "https:/", "https:", "http:\\\\", "ftp://", "ws://", "https:///", " https://", ""),
  },
);
const plainHost = often("a.test", "www.example.co.uk", "9z.b-c.example", "_dmarc.a.test", "a", "a1.b2.c3.d4");
const plainTail = join(
  often("a", "Room", "0", "-", "_", "~x", "!", "(y)", "*", "=", "&", ":", "x/", "q?", "x.html"),
  8,
);
const plain = fc
  .tuple(often("https://", "http://"), plainHost, plainTail, fc.oneof(fc.constant(""), tailPiece), plainTail)
  .map(([before, host, tail, odd, more]) => `${before}${host}/${tail}${odd}${more}`);
const nearlyPlain = fc
  .tuple(scheme, join(hostPiece, 5), often("/", "/", "/", "", "?", "#", "\\"), join(tailPiece, 10))
  .map((parts) => parts.join(""));
const arbitrary = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 4, arbitrary: nearlyPlain },
  { weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => `https://a.test/${text}`) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => `https://${text}/`) },
);

const partsOf = (address: ReturnType<typeof findDestination>) =>
  address && { ...address, registrableDomain: address.registrableDomain };

describe("an address taken apart in one pass", () => {
  test("comes out as the platform's parser has it, or is left to the parser", () => {
    let plain = 0;
    let other = 0;
    fc.assert(
      fc.property(arbitrary, (url) => {
        if (readPlainAddress(url) === undefined) other++;
        else plain++;
        expect(partsOf(findDestination(url))).toEqual(partsOf(parseAddress(url)));
      }),
      { numRuns },
    );
    // Neither way is tried by hardly any of the cases.
    expect(Math.min(plain, other)).toBeGreaterThan(numRuns / 10);
  });

  test.each([
    "https://example.com/",
    "http://www.example.co.uk/a/b-c_d.html?id=1&Ref=X#part",
    "https://a_b.example.com/Mixed/CASE?Q=Z",
    "https://a.b.c.d.e.f.test/~x/(y)/:z@w?a=/b//c?d/../e",
    "https://a.a/",
    "https://1.z/",
    `https://${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.test/`,
  ])("%s needs no parser", (url) => {
    expect(readPlainAddress(url)).toBeDefined();
    expect(partsOf(findDestination(url))).toEqual(partsOf(parseAddress(url)));
  });

  test.each([
    "https://example.com",
    "https://example.com:443/",
    "https://example.com./",
    "https://xn--bcher-kva.example/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://a.0x7f/",
    "https://1/",
    "https://[::1]/",
    "https://user@example.com/",
    "https://Example.com/",
    "https://exämple.com/",
    "https://a..b/",
    "https://.a/",
    "https:///",
    "https://a.test/%41",
    "https://a.test//",
    "https://a.test/./",
    "https://a.test/..",
    "https://a.test/.x",
    "https://a.test/?",
    "https://a.test/?#",
    "https://a.test/?'",
    "https://a.test/a b",
    "https://a.test/\t",
    "https://a.test/\\",
    "https://a.test/ń",
    "https://a.test./",
    "https://a._b/",
    "https://a.-b/",
    "https://a.1b/",
    "HTTPS://a.test/",
    "a.test/",
    "//a.test/",
    "ftp://a.test/",
    "h",
    "",
  ])("%j is left to the parser", (url) => {
    // What was read before leaves nothing behind that a shorter text could be taken for.
    readPlainAddress("https://example.com/longer/than/that?and=more");
    expect(readPlainAddress(url)).toBeUndefined();
    expect(partsOf(findDestination(url))).toEqual(partsOf(parseAddress(url)));
  });

  test("has http:// or https:// before it, to the letter", () => {
    const schemes = ["http://", "https://"];
    for (const scheme of schemes) {
      for (let at = 0; at < scheme.length; at++) {
        for (const other of ["x", "s", "/", ":", ""]) {
          const written = `${scheme.slice(0, at)}${other}${scheme.slice(at + 1)}`;
          if (schemes.includes(written)) continue;
          const url = `${written}a.test/path`;
          expect([url, readPlainAddress(url)]).toEqual([url, undefined]);
          expect(partsOf(findDestination(url))).toEqual(partsOf(parseAddress(url)));
        }
      }
    }
  });

  test("is not made small again where it is", () => {
    const small = vi.spyOn(String.prototype, "toLowerCase");
    findDestination("https://a.test/path?and=query#Part");
    expect(small).not.toHaveBeenCalled();
    findDestination("https://a.test/path?and=Query");
    expect(small).toHaveBeenCalledOnce();
    small.mockRestore();
  });
});
