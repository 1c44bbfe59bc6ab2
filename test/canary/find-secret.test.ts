import { createHash } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSecrets, readHaystack } from "../support/find-secret.ts";

const secret = "kestrelmarshlantern";
const random = (bytes: Uint8Array) => Buffer.from(bytes);
const ways: Readonly<Record<string, (text: string) => Buffer>> = {
  plain: (text) => Buffer.from(text),
  "upper case": (text) => Buffer.from(text.toUpperCase()),
  backwards: (text) => Buffer.from([...text].toReversed().join("")),
  "UTF-16": (text) => Buffer.from(text, "utf16le"),
  hex: (text) => Buffer.from(Buffer.from(text).toString("hex").toUpperCase()),
  percent: (text) => Buffer.from([...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("")),
  "JSON in JSON": (text) => Buffer.from(JSON.stringify(JSON.stringify({ text }))),
  gzip: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
};

describe("the search for secrets", () => {
  test.each(Object.keys(ways))("finds one written in %s, wherever it stands", (way) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (before, after) => {
        const bytes = Buffer.concat([random(before), ways[way]?.(secret) ?? Buffer.alloc(0), random(after)]);
        expect(findSecrets([readHaystack("there", bytes)], { secret })).not.toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test.each(["base64", "base64url"] as const)("finds one inside %s at any place", (encoding) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (before, after) => {
        const text = Buffer.concat([random(before), Buffer.from(secret), random(after)]).toString(encoding);
        expect(findSecrets([readHaystack("there", Buffer.from(text))], { secret })).not.toEqual([]);
      }),
    );
  });

  test.each(["hex", "base64"] as const)("finds a bare hash of one, in %s", (encoding) => {
    const digest = createHash("sha256").update(secret).digest(encoding);
    expect(findSecrets([readHaystack("there", Buffer.from(`{"host":"${digest}"}`))], { secret })).not.toEqual([]);
  });

  test("finds nothing in other bytes, and does not pretend to see through Brotli", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(findSecrets([readHaystack("there", random(bytes))], { secret })).toEqual([]);
      }),
    );
    expect(findSecrets([readHaystack("there", brotliCompressSync(secret.repeat(3)))], { secret })).toEqual([]);
  });
});
