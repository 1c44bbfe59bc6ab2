import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import type { Pack } from "./corpus.ts";
import { parsePackFile } from "./pack-file.ts";
import { parseWords } from "./words.ts";

export const ownPack = join(import.meta.dirname, "..", "data");
const folders = ["harmless", "prohibited"] as const;

/** Reads a pack's folder. Throws MISSING_FILE where it is none, BAD_CONFIG for what cannot be read. */
export function readPack(folder: string): Pack {
  const words = join(folder, "words");
  if (!existsSync(words)) {
    throw new ConfigError(
      "MISSING_FILE",
      `${folder} is no pack: it has ${folders.join("/*.txt, ")}/*.txt and words/*.txt.`,
    );
  }
  const files = folders.flatMap((kind) =>
    listTexts(join(folder, kind)).map((path) => {
      const file = parsePackFile(`${kind}/${basename(path, ".txt")}`, readFileSync(path, "utf8"));
      if ((kind === "harmless") !== (file.expects.size === 0)) {
        throw new ConfigError("BAD_CONFIG", `${path}: a file in prohibited/ has "expects:", one in harmless/ has not.`);
      }
      return file;
    }),
  );
  return {
    files,
    words: new Map(listTexts(words).map((path) => [basename(path, ".txt"), parseWords(readFileSync(path, "utf8"))])),
  };
}

/** In code-point order: the same on every machine and file system. */
function listTexts(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  return names.sort().map((name) => join(folder, name));
}
