import { runProgram } from "../cli/run-program.ts";
import { buildAuthorityProgram } from "./program.ts";

await runProgram(buildAuthorityProgram(), process.argv.slice(2));
