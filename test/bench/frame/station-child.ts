import { setTimeout } from "node:timers/promises";
import type { MakeStation } from "./station.ts";

/** The other end of `openStation`. */
const [, , module, name, args] = process.argv as [string, string, string, string, string];
const { stations } = (await import(module)) as { stations: Readonly<Record<string, MakeStation>> };
const make = stations[name];
if (make === undefined) throw new Error(`${module} has no station ${name}`);
const station = await make(JSON.parse(args) as Record<string, string | number>);

const megabytes = (bytes: number) => bytes / 2 ** 20;
/** At rest: what the compiler takes while it works on code that has just become busy is given back by then. */
const resident = async () => {
  await setTimeout(500);
  globalThis.gc?.();
  globalThis.gc?.();
  return megabytes(process.memoryUsage.rss());
};
const send = (message: unknown) => process.send?.(message);

const before = await resident();
const from = performance.now();
try {
  await station.prepare();
} catch (error) {
  // Some peers cannot do all of the work: that is a result, and no fault of this program.
  await new Promise((resolve) => process.send?.({ failed: (error as Error).message }, resolve));
  process.exit(0);
}
const readyMs = performance.now() - from;
const preparedMegabytes = (await resident()) - before;
station.run();
const addedMegabytes = (await resident()) - before;

process.on("message", (message: { kind: "run" } | { kind: "ask"; question: string }) => {
  if (message.kind === "ask") return send(station.ask?.(message.question) ?? null);
  const start = performance.now();
  const found = station.run();
  return send({ ms: performance.now() - start, found });
});
process.on("disconnect", () => process.exit(0));
send({ readyMs, preparedMegabytes, addedMegabytes, peakMegabytes: process.resourceUsage().maxRSS / 1024 });
