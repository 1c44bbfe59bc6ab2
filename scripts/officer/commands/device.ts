import { signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { DeviceStatus } from "@overt/shared/protocol/device.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Argument, Command } from "commander";
import { readJsonFile, requireEnvelope } from "../../authority/order/file.ts";
import { print } from "../../authority/rules/output.ts";
import { type ConfirmOptions, requireYes } from "../../cli/confirm.ts";
import { openSigner } from "../../cli/open-key.ts";
import { addPassphraseOption, type PassphraseOptions } from "../../cli/passphrase.ts";
import { openServer } from "../../cli/server.ts";
import { wallClock } from "../../cli/time.ts";
import { prettyJson, writeNewFile } from "../../keys/files.ts";

const states = ["active", "lost", "retired", "rekeyed"] as const;
type Options = PassphraseOptions & ConfirmOptions & { key: string; replacedBy?: string; out?: string; server?: string };

const meanings = {
  active: "the device is in use again",
  lost: "the device is lost: what it sends is looked at with care",
  retired: "the device is no longer in use",
  rekeyed: "the device has a new key, and goes on under another id",
} as const;

/** `officer device …`: what became of an enrolled device, under the officer's name. */
export function buildDeviceCommand(): Command {
  const command = new Command("device")
    .description("sign what became of an enrolled device: lost, retired, rekeyed, or active again")
    .addArgument(new Argument("<state>", "what became of it").choices(states))
    .argument("<device>", "the device's id, 32 hexadecimal digits, as the console shows it")
    .requiredOption("--key <file>", "your secret key file")
    .option("--replaced-by <device>", "rekeyed: the id under which it goes on")
    .option("--server <address>", "hand it to the agency's server")
    .option("--out <file>", "or write it here, to be handed over later (“officer send”)")
    .option("--yes", "you are not asked");
  return addPassphraseOption(command)
    .addHelpText(
      "after",
      "\nExamples:\n  officer device lost 3f2a…91c0 --key officer-7.key.json --server https://overt.example.org",
    )
    .action(async (state: DeviceStatus["state"], deviceId: string, options: Options) => {
      if (options.server === undefined && options.out === undefined) {
        throw new ConfigError("USAGE", "Say where it goes: --server, or --out for later.");
      }
      const status = readStatus(state, deviceId, options.replacedBy);
      const key = await openSigner(options.key, ["officer"], options);
      await requireYes(options, `Sign that ${meanings[state]}?`);
      const signed = signEnvelope(payloadTypes.deviceStatus, status, [key]);
      if (options.out !== undefined) writeNewFile(options.out, prettyJson(signed));
      if (options.server !== undefined) await openServer(options.server).put("/v1/device-status", signed);
      print(`Signed: ${meanings[state]}.${options.server === undefined ? "" : " The server has it."}`);
    });
}

export function buildSendCommand(): Command {
  return new Command("send")
    .description("hand what “officer device --out” wrote to the agency's server")
    .argument("<file>", "the signed document")
    .requiredOption("--server <address>", "the agency's server")
    .action(async (path: string, options: { server: string }) => {
      const what = "what became of a device";
      const signed = requireEnvelope(readJsonFile(path, what), path, payloadTypes.deviceStatus, what);
      await openServer(options.server).put("/v1/device-status", signed);
      print(`The server has ${path}.`);
    });
}

function readStatus(state: DeviceStatus["state"], deviceId: string, replacedBy: string | undefined): DeviceStatus {
  if ((state === "rekeyed") !== (replacedBy !== undefined)) {
    throw new ConfigError("USAGE", "--replaced-by goes with rekeyed, and with nothing else.");
  }
  const read = DeviceStatus.safeParse({
    v: 1,
    deviceId,
    state,
    at: wallClock(),
    ...(replacedBy ? { replacedBy } : {}),
  });
  if (read.success) return read.data;
  throw new ConfigError("USAGE", "A device's id is 32 hexadecimal digits in small letters, as the console shows it.");
}
