import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildKeyFile, writeKeyFiles } from "@overt/scripts/keys/key-file.ts";
import { readSeed } from "@overt/server/key-file.ts";
import { toHex } from "@overt/shared/bytes.ts";
import type { KeyRole } from "@overt/shared/protocol/key-file.ts";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "overt-server-key-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const random = (n: number) => new Uint8Array(randomBytes(n));

let made = 0;
function make(role: KeyRole, passphrase?: string) {
  const file = buildKeyFile({
    ...{ role, name: `key-${++made}`, now: 1, random },
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return { file, path: writeKeyFiles(folder, file).secret };
}

describe("a server's key file", () => {
  test.each(["server-receipt", "server-log", "server-console", "server-session", "timestamp"] as const)(
    "of the role %s made by the authority's tool loads with nobody to ask",
    (role) => {
      const { file, path } = make(role);
      expect(toHex(readSeed(path, role))).toBe(file.seed);
    },
  );

  const refusals: Record<string, { code: string; says: RegExp; path: () => string }> = {
    "another role": {
      code: "BAD_CONFIG",
      says: /needed is one for server-log/,
      path: () => make("server-receipt").path,
    },
    "a passphrase": {
      code: "BAD_CONFIG",
      says: /passphrase/,
      path: () => make("server-log", "a long passphrase").path,
    },
    "no file": { code: "MISSING_FILE", says: /cannot be read/, path: () => join(folder, "none.key.json") },
    "a file that others can read": {
      code: "BAD_CONFIG",
      says: /chmod 600/,
      path: () => {
        const { path } = make("server-log");
        chmodSync(path, 0o640);
        return path;
      },
    },
    "a file that is no JSON": {
      code: "BAD_CONFIG",
      says: /not one of ours/,
      path: () => {
        const path = join(folder, "torn.key.json");
        writeFileSync(path, '{"seed":"00ff', { mode: 0o600 });
        return path;
      },
    },
  };
  for (const [name, { code, says, path }] of Object.entries(refusals)) {
    test(`is refused: ${name}; the message says what to do and holds no secret`, () => {
      const at = path();
      const error = (() => {
        try {
          readSeed(at, "server-log");
          return undefined;
        } catch (caught) {
          return caught as Error & { code: string };
        }
      })();
      expect(error?.code).toBe(code);
      expect(error?.message).toMatch(says);
      expect(error?.message).not.toMatch(/[0-9a-f]{32}|00ff/);
    });
  }
});
