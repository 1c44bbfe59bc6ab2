import { connect } from "node:net";
import { findHostArguments } from "./caller.ts";
import { relay } from "./relay.ts";

const found = findHostArguments(process.argv.slice(2));
if (found) {
  await relay({
    input: process.stdin,
    output: process.stdout,
    connect: () => connect(found.address),
    schedule: (milliseconds, then) => {
      const timer = setTimeout(then, milliseconds);
      return { cancel: () => clearTimeout(timer) };
    },
    jitter: Math.random,
  });
  process.exit(0);
}
console.error("overt: the native host is started by the browser for the monitoring extension and for nothing else.");
process.exit(1);
