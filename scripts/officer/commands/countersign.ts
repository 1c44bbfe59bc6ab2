import { createInterface } from "node:readline/promises";
import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { print, remark } from "../../authority/rules/output.ts";
import { countersignDevice } from "../attend.ts";
import { describeAnswer } from "../describe.ts";
import type { Revealed } from "../exchange.ts";
import { notYet } from "./compare.ts";
import { addVisitOptions, isAwaited, openVisit, sayAwaited, type VisitOptions } from "./visit.ts";

type Options = VisitOptions & { digits?: string };

export function buildCountersignCommand(): Command {
  return addVisitOptions(
    new Command("countersign").description("sign beside the device, with the eight digits that you read on it"),
  )
    .option("--digits <digits>", "the eight digits on the device's screen; without it you are asked")
    .addHelpText(
      "after",
      "\nA decline is countersigned like an acknowledgement: it is a signed outcome, and nothing is monitored then.\n\nExamples:\n  officer countersign enrolment.json --key officer-7.key.json --digits '1234 5678'",
    )
    .action(async (path: string, options: Options) => {
      const visit = await openVisit(path, options);
      const result = await countersignDevice(visit, async (revealed) => {
        // Not the digits themselves: whoever is asked for them reads them on the device.
        remark(describeAnswer(revealed).replace(/\n {2}your digits.*/, ""));
        return options.digits ?? askDigits(revealed);
      });
      if (isAwaited(result)) {
        print(sayAwaited(result, options));
        process.exitCode = notYet;
        return;
      }
      const declined = result.answer.outcome === "declined";
      print(
        declined
          ? "Countersigned: the person declined. Nothing is monitored; tell the agency."
          : "Countersigned. The device starts when it has this, and says on its screen that monitoring is on.",
      );
      if (options.folder !== undefined) print(`Carry ${visit.relay.name} back to the device.`);
    });
}

async function askDigits({ answer }: Revealed): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfigError(
      "USAGE",
      "There is no terminal to ask on: give --digits, the eight digits on the device's screen.",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`The eight digits on the device of ${answer.caseRef}: `);
  } finally {
    terminal.close();
  }
}
