import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FormatName, formats } from "@overt/scripts/authority/rules/import/formats/formats.ts";
import { type ImportInput, type ImportResult, runImport } from "@overt/scripts/authority/rules/import/run-import.ts";
import { onTestFinished } from "vitest";

export const samples = join(import.meta.dirname, "samples");

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "overt-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An import as the command makes it, on a fixed day. */
export function importFiles(
  format: FormatName,
  files: readonly string[],
  out: string,
  more: Partial<ImportInput> = {},
): ImportResult {
  return runImport({
    format: formats[format],
    files,
    out,
    id: "sample",
    about: {
      category: "test-category",
      mode: "live",
      reason: "a sample",
      knownFailures: "none known",
      origin: "Imported by a test",
    },
    signals: ["search"],
    now: 1_767_225_600,
    replace: false,
    ...more,
  });
}

/** The same of bytes that are written to a file first. */
export function importBytes(format: FormatName, bytes: Uint8Array | string, folder: string): ImportResult {
  const file = join(folder, "source.txt");
  writeFileSync(file, bytes);
  return importFiles(format, [file], join(folder, "out"));
}
