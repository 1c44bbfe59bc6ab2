import { createHash } from "node:crypto";
import { parseHex, parseUtf8 } from "@overt/shared/bytes.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { readRequiredFile } from "../../keys/files.ts";
import type { CompileList } from "./compile.ts";

/** Keys of sensitive lists from `list=file` options; each file holds 64 hexadecimal digits. */
export function readListKeys(options: readonly string[]): ReadonlyMap<string, Uint8Array> {
  return new Map(
    options.map((option) => {
      const split = option.indexOf("=");
      if (split < 1) throw new ConfigError("USAGE", "--list-key is written list=file.");
      const text = parseUtf8(readRequiredFile(option.slice(split + 1), "a list's key, 64 hexadecimal digits")).trim();
      if (!/^[0-9a-f]{64}$/.test(text)) throw new ConfigError("BAD_CONFIG", "A list's key is 64 hexadecimal digits.");
      return [option.slice(0, split), parseHex(text)] as const;
    }),
  );
}

export function compileBinaryList(keys: ReadonlyMap<string, Uint8Array>): CompileList {
  return (id, hosts, sensitive) => {
    const key = keys.get(id);
    if (sensitive && key === undefined) {
      throw new ConfigError(
        "USAGE",
        `The list ${id} is sensitive and needs --list-key ${id}=FILE, the key that the orders carry (openssl rand -hex 32 makes one).`,
      );
    }
    if (!sensitive && key !== undefined) {
      throw new ConfigError("USAGE", `The list ${id} has a key and is not marked sensitive in bundle.yaml.`);
    }
    return compileHostList(hosts, { key, sha256: (bytes) => createHash("sha256").update(bytes).digest() }).bytes;
  };
}
