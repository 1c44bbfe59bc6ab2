import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSnapshot,
  type parseTargets,
  serialiseMetadata,
  signMetadata,
} from "@overt/scripts/authority/tuf/metadata.ts";
import { readCurrentRoot } from "@overt/scripts/authority/tuf/workspace.ts";
import { Metadata, MetadataKind } from "@tufjs/models";
import { roleKeys, type TufAgency } from "./tuf-agency.ts";

type Json = Parameters<typeof Metadata.fromJSON>[1];

/** Publishes a list of files that the tools would not make, signed by the right keys: what a careless authority could do. */
export function rewriteTargets(
  agency: TufAgency,
  now: number,
  change: (signed: Record<string, unknown>) => unknown,
): void {
  const root = readCurrentRoot(agency.workspace);
  const read = JSON.parse(readFileSync(join(agency.published, "1.targets.json"), "utf8"));
  const signed = change({ ...read.signed, version: 9 });
  const targets: ReturnType<typeof parseTargets> = Metadata.fromJSON(MetadataKind.Targets, {
    signatures: [],
    signed,
  } as Json);
  for (const key of roleKeys("targets").slice(0, 2)) signMetadata(targets, "targets", root, key);
  const snapshot = buildSnapshot(9, now, targets);
  for (const key of roleKeys("snapshot")) signMetadata(snapshot, "snapshot", root, key);
  writeFileSync(join(agency.published, "9.targets.json"), serialiseMetadata(targets));
  writeFileSync(join(agency.published, "9.snapshot.json"), serialiseMetadata(snapshot));
  agency.stamp(now);
}
