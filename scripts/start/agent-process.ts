import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startAgent } from "@overt/agent/main.ts";
import { loopbackNotice } from "@overt/agent/notice/loopback.ts";

/** The practice device's agent in a process of its own; it brings the practice token when no token was brought yet. */
const { values } = parseArgs({
  options: { state: { type: "string" }, assets: { type: "string" }, pack: { type: "string" } },
});
const { state = "", assets = "", pack = "" } = values;

const agent = await startAgent({
  stateFolder: state,
  openNotice: loopbackNotice(assets),
  onEnded: () => process.exit(0),
  onFault: (error) => {
    console.error(error);
    process.exit(1);
  },
});
if (agent.source.enrolment.view().step === "bring-token") {
  await agent.source.enrolment.bring({ pack: readFileSync(pack, "utf8") });
}
console.log(`notice at ${agent.noticeUrl}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void agent.close().then(() => process.exit(0)));
}
