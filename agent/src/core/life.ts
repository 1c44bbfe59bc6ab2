import { Seconds } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";
import type { Chain } from "./chain.ts";
import type { Journal } from "./journal.ts";
import type { OrderKeeper } from "./order-keeper.ts";
import type { TrustedTime } from "./trusted-time.ts";

export type EndReason = "order-ended" | "order-revoked" | "removed";

/** Whether this device captures, and how it came to an end. Ends are judged on the device, with or without a network. */
export type LifeState =
  | { readonly kind: "running" }
  /** The order's end was reached on a clock that nobody vouched for: capture stops, nothing else is undone. */
  | { readonly kind: "ended-unconfirmed" }
  /** Somebody else uses the account; `until` is trusted time. */
  | { readonly kind: "not-me"; readonly until: number }
  | { readonly kind: "ended"; readonly reason: EndReason };

export interface Life {
  state(): LifeState;
  /** Looks at order and clock; writes what changed into the chain. */
  judge(): void;
  /** Somebody else uses the account: nothing is captured until `goOn`, the next log-in, or for four hours at most. */
  pauseForAnother(): void;
  /** Whoever else used the account has gone: the screen was locked, or the person says so. */
  goOn(): void;
  /** The program ends with the log-in. A start that nothing of this went before comes after a crash of the program. */
  leave(): void;
  /** The person takes the agent off. */
  remove(): void;
  /** The person stops the program; its next start goes on. */
  stop(): void;
}

const longestPause = 4 * 3_600;

export function openLife(deps: {
  readonly journal: Journal;
  readonly chain: Chain;
  readonly time: TrustedTime;
  readonly orders: OrderKeeper;
  /** False where the machine started since, or it cannot be told. */
  readonly sameBoot: boolean;
}): Life {
  const { journal, chain, time, orders } = deps;
  let state = readLife(journal.readState("life"));
  const become = (next: LifeState, write: (life: { life: LifeState }) => void) => {
    if (state.kind === "ended") return;
    state = next;
    write({ life: next });
  };
  const end = (reason: EndReason) =>
    become({ kind: "ended", reason }, (life) => void chain.writeHealth({ kind: "end", reason }, life));

  const change = (next: LifeState, kind: "pause" | "resume", reason: "ended-unconfirmed" | "not-me") =>
    become(next, (life) => void chain.writeHealth({ kind, reason }, life));
  const goOn = () => {
    if (state.kind === "not-me") change({ kind: "running" }, "resume", "not-me");
  };
  // A new log-in: whoever else used the account has gone. After a crash they may still be there.
  if (!deps.sameBoot || journal.readState("left") === true) goOn();
  journal.writeState({ left: false });

  return {
    state: () => state,
    judge() {
      const reason = orders.findEnd(time.now());
      // A revocation is signed: no clock has a part in it.
      if (reason === "order-revoked" || (reason !== undefined && time.attested())) return end(reason);
      if (reason !== undefined && state.kind !== "ended-unconfirmed") {
        change({ kind: "ended-unconfirmed" }, "pause", "ended-unconfirmed");
      }
      if (reason === undefined && state.kind === "ended-unconfirmed") {
        change({ kind: "running" }, "resume", "ended-unconfirmed");
      }
      if (state.kind === "not-me" && time.now() >= state.until) goOn();
    },
    pauseForAnother() {
      if (state.kind === "running") change({ kind: "not-me", until: time.now() + longestPause }, "pause", "not-me");
    },
    goOn,
    leave: () => journal.writeState({ left: true }),
    remove: () => end("removed"),
    stop() {
      if (state.kind !== "ended") {
        chain.writeHealth({ kind: "pause", reason: "stopped-by-person" }, { stopped: true });
      }
    },
  };
}

const KeptLife = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("running") }),
  z.strictObject({ kind: z.literal("ended-unconfirmed") }),
  z.strictObject({ kind: z.literal("not-me"), until: Seconds }),
  z.strictObject({ kind: z.literal("ended"), reason: z.enum(["order-ended", "order-revoked", "removed"]) }),
]);

function readLife(kept: unknown): LifeState {
  const read = KeptLife.safeParse(kept);
  return read.success ? read.data : { kind: "running" };
}
