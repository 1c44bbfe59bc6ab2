import { Command } from "commander";
import { buildNewKeyCommand } from "./new.ts";
import { buildProtectCommand } from "./protect.ts";
import { buildShowKeyCommand } from "./show.ts";

/** `authority keys …`: each holder's own key, on the holder's own machine. */
export function buildKeysCommand(): Command {
  return new Command("keys")
    .description("make and show keys, and put them under a passphrase")
    .addCommand(buildNewKeyCommand())
    .addCommand(buildShowKeyCommand())
    .addCommand(buildProtectCommand());
}
