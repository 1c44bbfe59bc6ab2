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
  | { readonly kind: "ended"; readonly reason: EndReason };

export interface Life {
  state(): LifeState;
  /** Looks at order and clock; writes what changed into the chain. */
  judge(): void;
  /** The person takes the agent off. */
  remove(): void;
  /** The person stops the program; its next start goes on. */
  stop(): void;
}

export function openLife(deps: {
  readonly journal: Journal;
  readonly chain: Chain;
  readonly time: TrustedTime;
  readonly orders: OrderKeeper;
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

  return {
    state: () => state,
    judge() {
      const reason = orders.findEnd(time.now());
      // A revocation is signed: no clock has a part in it.
      if (reason === "order-revoked" || (reason !== undefined && time.attested())) return end(reason);
      if (reason !== undefined && state.kind === "running") {
        become({ kind: "ended-unconfirmed" }, (life) => {
          chain.writeHealth({ kind: "pause", reason: "ended-unconfirmed" }, life);
        });
      }
      if (reason === undefined && state.kind === "ended-unconfirmed") {
        become({ kind: "running" }, (life) => {
          chain.writeHealth({ kind: "resume", reason: "ended-unconfirmed" }, life);
        });
      }
    },
    remove: () => end("removed"),
    stop() {
      if (state.kind === "running") {
        chain.writeHealth({ kind: "pause", reason: "stopped-by-person" }, { stopped: true });
      }
    },
  };
}

function readLife(kept: unknown): LifeState {
  const { kind, reason } = (kept ?? {}) as { kind?: unknown; reason?: unknown };
  if (kind === "ended-unconfirmed") return { kind };
  const known = (["order-ended", "order-revoked", "removed"] as const).find((one) => one === reason);
  return kind === "ended" && known !== undefined ? { kind, reason: known } : { kind: "running" };
}
