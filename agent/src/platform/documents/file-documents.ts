import { rmSync } from "node:fs";
import { join } from "node:path";
import type { DocumentStore } from "../../core/document-store.ts";
import { findFile, makePrivateFolder, writeFileAtomic } from "../atomic-file.ts";

/** One JSON file for each document, mode 0600, in a folder of mode 0700. */
export function openFileDocuments(folder: string): DocumentStore {
  makePrivateFolder(folder);
  const path = (name: string) => join(folder, `${name}.json`);
  return {
    find(name, schema) {
      const bytes = findFile(path(name));
      if (bytes === undefined) return undefined;
      try {
        return schema.parse(JSON.parse(bytes.toString("utf8")));
      } catch {
        // A torn or foreign file is as good as none; whoever asks knows what then counts.
        return undefined;
      }
    },
    write: (name, value) => writeFileAtomic(path(name), `${JSON.stringify(value)}\n`),
    remove: (name) => rmSync(path(name), { force: true }),
  };
}
