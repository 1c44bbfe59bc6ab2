import { runProgram } from "../cli/run-program.ts";
import { buildValidateProgram } from "./program.ts";

await runProgram(buildValidateProgram(), process.argv.slice(2));
