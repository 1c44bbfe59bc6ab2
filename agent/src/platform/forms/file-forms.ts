import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { CompiledForm } from "@overt/shared/rules/compiled-form.ts";
import type { FormStore } from "../../core/form-store.ts";
import { findFile, makePrivateFolder, writeFileAtomic } from "../atomic-file.ts";
import { readForm, writeForm } from "./form-bytes.ts";

/** A multiple of eight, so that the tables of a form can be used where they were read. */
const macLength = 32;
const ending = ".form";

/**
 * Compiled forms as files of a folder: a MAC, then the form. The MAC covers the rule set, this program and
 * the runtime as well, so a file of anything else is as good as none, and nothing is read of a file before its MAC is right.
 */
export function openFileForms(options: {
  readonly folder: string;
  /** The device's own. */
  readonly key: Uint8Array;
  /** SHA-256 of this program's files: another build lays forms out in its own way. */
  readonly program: string;
}): FormStore {
  const { folder, key, program } = options;
  const pathOf = (bundleName: string) => join(folder, `${basename(bundleName, ".json")}${ending}`);
  const macOf = (ruleSet: Uint8Array, ...form: readonly Uint8Array[]) => {
    const mac = createHmac("sha256", key).update(
      `overt-compiled-form-v2\0${program}\0${process.version}\0${hash("sha256", ruleSet)}\0`,
    );
    for (const part of form) mac.update(part);
    return mac.digest();
  };

  return {
    find(bundleName, ruleSet) {
      const file = attempt(() => findFile(pathOf(bundleName)));
      if (file === undefined || file.length <= macLength) return undefined;
      const form = file.subarray(macLength);
      if (!timingSafeEqual(file.subarray(0, macLength), macOf(ruleSet, form))) return undefined;
      return readForm(form) as CompiledForm;
    },
    keep(bundleName, ruleSet, form) {
      const parts = writeForm(form);
      attempt(() => {
        makePrivateFolder(folder);
        writeFileAtomic(pathOf(bundleName), Buffer.concat([macOf(ruleSet, ...parts), ...parts]));
      });
    },
    retain(bundleNames) {
      const kept = new Set(bundleNames.map((name) => basename(pathOf(name))));
      for (const name of attempt(() => readdirSync(folder)) ?? []) {
        if (!kept.has(name)) attempt(() => rmSync(join(folder, name), { force: true }));
      }
    },
  };
}

/** A disk that is full or cannot be read costs time at the next start and nothing else. */
function attempt<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
