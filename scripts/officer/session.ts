import { join } from "node:path";
import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { Id, Seconds } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";
import { findFile, prettyJson, writeFileWhole } from "../keys/files.ts";
import { Drawn } from "./exchange.ts";

/** What the officer's tool keeps between two commands, so that it never draws twice for one device. */
export const Session = z.strictObject({
  v: z.literal(1),
  tokenId: Id,
  drawn: Drawn,
  countersignedAt: Seconds.optional(),
});
export type Session = z.infer<typeof Session>;

/** Undefined before the first drawing. Throws BAD_CONFIG. */
export function findSession(state: string, tokenId: string): Session | undefined {
  const path = fileOf(state, tokenId);
  const bytes = findFile(path);
  if (bytes === undefined) return undefined;
  const read = Session.safeParse(parseJson(bytes));
  if (read.success && read.data.tokenId === tokenId) return read.data;
  throw new ConfigError("BAD_CONFIG", `${path} is damaged. Make a new token: officer token.`);
}

export function keepSession(state: string, session: Session): void {
  writeFileWhole(fileOf(state, session.tokenId), prettyJson(session), 0o600);
}

function fileOf(state: string, tokenId: string): string {
  return join(state, `${tokenId}.session.json`);
}
