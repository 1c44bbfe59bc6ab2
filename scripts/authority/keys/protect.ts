import { randomBytes } from "node:crypto";
import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { type PassphraseOptions, passphraseOption, readNewPassphrase } from "../../cli/passphrase.ts";
import { prettyJson, writeFileWhole } from "../../keys/files.ts";
import { protectKeyFile, readKeyFile } from "../../keys/key-file.ts";
import { print } from "../rules/output.ts";
import { isServerKey } from "./roles.ts";

export function buildProtectCommand(): Command {
  return new Command("protect")
    .description("put a key that has no passphrase under one; the file is replaced")
    .argument("<file>", "the secret key file")
    .addOption(passphraseOption())
    .action(async (path: string, options: PassphraseOptions) => {
      const file = readKeyFile(path);
      if (file.seed === undefined) throw new ConfigError("USAGE", `${path} has a passphrase already.`);
      if (isServerKey(file.role))
        throw new ConfigError("USAGE", `A ${file.role} key takes no passphrase: its server starts unattended.`);
      const passphrase = await readNewPassphrase(options, path);
      const sealed = protectKeyFile(file, passphrase, (n) => new Uint8Array(randomBytes(n)));
      writeFileWhole(path, prettyJson(sealed), 0o600);
      print(`${path} is under the passphrase now. Copies made before are not: destroy them.`);
    });
}
