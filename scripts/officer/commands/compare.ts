import { Command } from "commander";
import { print } from "../../authority/rules/output.ts";
import { compareWithDevice } from "../attend.ts";
import { describeAnswer } from "../describe.ts";
import { addVisitOptions, isAwaited, openVisit, sayAwaited, type VisitOptions } from "./visit.ts";

/** Ends with 3 where the device has not said its part yet. */
export const notYet = 3;

export function buildCompareCommand(): Command {
  return addVisitOptions(
    new Command("compare").description(
      "answer the device, hear the person's answer, and show the eight digits to compare",
    ),
  )
    .addHelpText(
      "after",
      "\nEnds with 3 where the device has not said its part yet; the same command goes on from there.\n\nExamples:\n  officer compare enrolment.json --key officer-7.key.json\n  officer compare enrolment.json --key officer-7.key.json --folder /media/stick",
    )
    .action(async (path: string, options: VisitOptions) => {
      const result = await compareWithDevice(await openVisit(path, options));
      if (isAwaited(result)) {
        print(sayAwaited(result, options));
        process.exitCode = notYet;
        return;
      }
      print(describeAnswer(result));
      const folder = options.folder === undefined ? "" : ` --folder ${options.folder}`;
      print("\nRead the eight digits on the device's own screen. Only if they are these:");
      print(`  officer countersign ${path} --key ${options.key}${folder} --digits THE-DEVICE'S-DIGITS`);
    });
}
