import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startAgent } from "@overt/agent/main.ts";
import { loopbackNotice } from "@overt/agent/notice/loopback.ts";
import { OvertError } from "@overt/shared/errors.ts";

/** The practice device's agent in a process of its own; it brings the practice token that it is given. */
const { values } = parseArgs({
  options: { state: { type: "string" }, assets: { type: "string" }, pack: { type: "string" } },
});
const { state = "", assets = "", pack } = values;

const agent = await startAgent({
  stateFolder: state,
  openNotice: loopbackNotice(assets),
  onEnded: () => process.exit(0),
  onFault: (error) => {
    console.error(error);
    process.exit(1);
  },
});
try {
  if (pack !== undefined) await agent.source.enrolment.bring({ pack: readFileSync(pack, "utf8") });
} catch (error) {
  // The notice shows the refusal to the person; the agent stays for it.
  if (!(error instanceof OvertError)) throw error;
  console.log(`token refused: ${error.message}`);
}
console.log(`notice at ${agent.noticeUrl}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void agent.close().then(() => process.exit(0)));
}
