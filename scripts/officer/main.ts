import { runProgram } from "../cli/run-program.ts";
import { buildOfficerProgram } from "./program.ts";

await runProgram(buildOfficerProgram(), process.argv.slice(2));
