import { installPeers } from "./frame/peers.ts";
import { runBenches } from "./frame/run-benches.ts";
import { compile } from "./rules/compile.ts";
import { hostile } from "./rules/hostile.ts";
import { lookUp } from "./rules/hosts.ts";
import { limits } from "./rules/limits.ts";
import { decide } from "./rules/navigation.ts";
import { start } from "./rules/start.ts";
import { scanMixed, scanTerms } from "./rules/terms.ts";

const wantsHelp = process.argv.some((word) => word === "--help" || word === "-h");
if (!wantsHelp) installPeers((text) => console.error(`rules: ${text}`));
await runBenches("rules", "The rule engine, measured", [
  lookUp,
  decide,
  scanTerms,
  scanMixed,
  compile,
  start,
  hostile,
  limits,
]);
