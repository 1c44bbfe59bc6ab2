import { randomBytes } from "node:crypto";
import { ConfigError } from "@overt/shared/errors.ts";
import { type KeyRole, keyRoles } from "@overt/shared/protocol/key-file.ts";
import { reviewerRoles } from "@overt/shared/protocol/roster.ts";
import { Argument, Command, Option } from "commander";
import { type PassphraseOptions, passphraseOption, readNewPassphrase } from "../../cli/passphrase.ts";
import { wallClock } from "../../cli/time.ts";
import { buildKeyFile, writeKeyFiles } from "../../keys/key-file.ts";
import { print } from "../rules/output.ts";
import { isServerKey, keyPurposes } from "./roles.ts";

type Options = PassphraseOptions & {
  name?: string;
  out: string;
  group?: string;
  as?: (typeof reviewerRoles)[number];
  passphrase?: true;
};

export function buildNewKeyCommand(): Command {
  const width = Math.max(...keyRoles.map((role) => role.length));
  const roles = keyRoles.map((role) => `  ${role.padEnd(width)}  ${keyPurposes[role]}`).join("\n");
  return new Command("new")
    .description("make one key on its holder's own machine")
    .addArgument(new Argument("<role>", "what the key is for; see below").choices(keyRoles))
    .option("--name <pseudonym>", "what the agency calls its holder, such as officer-7; without it the role")
    .option("--out <folder>", "where NAME.key.json (secret, 0600) and NAME.public.json are written", ".")
    .option("--group <group>", "reviewers: the group whose evidence they open")
    .addOption(new Option("--as <role>", "reviewers: their role in the group").choices(reviewerRoles))
    .option("--passphrase", "protect the key by a passphrase, which is asked for twice")
    .addOption(passphraseOption())
    .addHelpText(
      "after",
      `\nRoles:\n${roles}\n\nExamples:\n  authority keys new root --name root-1 --out /media/stick --passphrase\n  authority keys new reviewer --name reviewer-4 --group team-a --as senior-reviewer`,
    )
    .action(async (role: KeyRole, options: Options) => {
      const reviewer = readReviewer(role, options);
      const passphrase = await findPassphrase(role, options);
      const file = buildKeyFile({
        role,
        name: options.name ?? role,
        now: wallClock(),
        random: (n) => new Uint8Array(randomBytes(n)),
        ...(reviewer === undefined ? {} : { reviewer }),
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      const { secret, open } = writeKeyFiles(options.out, file);
      print(
        `${secret}\n  the secret${passphrase === undefined ? "" : ", under the passphrase"}; it stays with its holder`,
      );
      print(`${open}\n  the public part, for whoever draws up root and rosters`);
      if (file.publicKey !== undefined) print(`public key ${file.publicKey}`);
    });
}

function readReviewer(role: KeyRole, { group, as }: Options) {
  if (role !== "reviewer") {
    if (group === undefined && as === undefined) return undefined;
    throw new ConfigError("USAGE", `--group and --as are for reviewers; this is a ${role} key.`);
  }
  if (group === undefined) {
    throw new ConfigError("USAGE", "A reviewer's key needs --group: the reviewerGroup of the orders, such as team-a.");
  }
  return { group, role: as ?? ("reviewer" as const) };
}

async function findPassphrase(role: KeyRole, options: Options): Promise<string | undefined> {
  if (!options.passphrase && !options.passphraseStdin) return undefined;
  if (isServerKey(role)) {
    throw new ConfigError(
      "USAGE",
      `A ${role} key takes no passphrase: the server starts when nobody is there to type it.`,
    );
  }
  return readNewPassphrase(options, "the new key");
}
