import { installPeers } from "./frame/peers.ts";
import { runBenches } from "./frame/run-benches.ts";

const wantsHelp = process.argv.some((word) => word === "--help" || word === "-h");
if (!wantsHelp) installPeers((text) => console.error(`rules: ${text}`));
await runBenches("rules", "The rule engine, measured", []);
