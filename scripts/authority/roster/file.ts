import { basename } from "node:path";
import { canonicalBytes, parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { findFile, readRequiredFile, writeFileWhole } from "../../keys/files.ts";
import { type RosterKind, rosterKinds } from "../../keys/roster.ts";

/** What kind of roster a file is, by its name: it is published under that name. Throws USAGE. */
export function kindOfRoster(path: string): RosterKind {
  const name = basename(path, ".json");
  const kind = rosterKinds.find((each) => each === name);
  if (kind === undefined || !path.endsWith(".json")) {
    throw new ConfigError("USAGE", `A roster's file is named ${rosterKinds.map((each) => `${each}.json`).join(", ")}.`);
  }
  return kind;
}

export function readRoster(path: string): unknown {
  return parse(path, readRequiredFile(path, 'a roster; "authority roster add" makes it'));
}

/** Undefined where the roster does not exist yet. */
export function findRoster(path: string): unknown {
  const bytes = findFile(path);
  return bytes && parse(path, bytes);
}

/** In the very bytes that are signed and published. */
export function writeRoster(path: string, roster: unknown): void {
  writeFileWhole(path, canonicalBytes(roster));
}

function parse(path: string, bytes: Uint8Array): unknown {
  try {
    return parseCanonical(bytes, { maxBytes: limits.payload.keysTarget });
  } catch (cause) {
    throw new ConfigError(
      "BAD_CONFIG",
      `${path} is no roster as these commands write them. Do not edit it by hand: use “roster add” and “roster retire”.`,
      { cause },
    );
  }
}
