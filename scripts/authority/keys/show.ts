import { Command } from "commander";
import { sayTime } from "../../cli/time.ts";
import { readPublicKeyFile } from "../../keys/key-file.ts";
import { print, printJson } from "../rules/output.ts";
import { keyPurposes } from "./roles.ts";

export function buildShowKeyCommand(): Command {
  return new Command("show")
    .description("say what keys are for and their public parts; never shows a secret")
    .argument("<files...>", "public parts, or secret key files of this machine")
    .option("--json", "one line of JSON for each")
    .action((paths: string[], options: { json?: true }) => {
      for (const path of paths) {
        const key = readPublicKeyFile(path);
        if (options.json) {
          printJson(key);
          continue;
        }
        print(`${key.name}: a ${key.role} key, which ${keyPurposes[key.role]}`);
        if (key.publicKey !== undefined) print(`  public key  ${key.publicKey}`);
        print(`  made        ${sayTime(key.createdAt)}`);
        if (key.reviewer !== undefined) print(`  reviewer    ${key.reviewer.role} of ${key.reviewer.group}`);
      }
    });
}
