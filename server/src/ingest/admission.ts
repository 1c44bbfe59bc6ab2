import { TransportError } from "@overt/shared/errors.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { overloaded } from "../domain/sequencer.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What the request takes of the bound while it is worked on. */
    leave: (() => void) | undefined;
  }
}

/** How many records and requests may be between their arrival and their answer: the bound comes before any crypto. */
export interface Admission {
  /** Throws OVERLOADED, with nothing taken, or returns what to call when the request is answered. */
  enter(records: number): () => void;
}

export function buildAdmission(maxRecords: number): Admission {
  let inside = 0;
  return {
    enter(records) {
      if (inside + records > maxRecords) throw overloaded();
      inside += records;
      return () => {
        inside -= records;
      };
    },
  };
}

/** Every request of these routes counts one from its whole body on until its answer is made. */
export function addAdmission(app: FastifyInstance, admission: Admission): void {
  app.decorateRequest("leave", undefined);
  const leave = (request: FastifyRequest) => {
    request.leave?.();
    request.leave = undefined;
  };
  app.addHook("preHandler", async (request) => {
    request.leave = admission.enter(1);
  });
  app.addHook("onSend", async (request) => leave(request));
  // Whoever hung up gets no answer made.
  app.addHook("onResponse", async (request) => leave(request));
}

/** A budget for each device that refills evenly. Asked only once a signature held, or anybody could spend another's. */
export interface DeviceBudget {
  /** Throws RATE_LIMITED with the seconds to wait. */
  spend(deviceKey: number, units: number): void;
}

const maxDevices = 50_000;

export function buildDeviceBudget(options: {
  readonly perMinute: number;
  /** Unix seconds. */
  readonly now: () => number;
}): DeviceBudget {
  const { perMinute, now } = options;
  const spent = new Map<number, { units: number; at: number }>();
  return {
    spend(deviceKey, units) {
      const before = spent.get(deviceKey);
      const time = now();
      const refilled = before === undefined ? 0 : ((time - before.at) * perMinute) / 60;
      const used = Math.max(0, (before?.units ?? 0) - refilled) + units;
      if (used > perMinute) {
        throw new TransportError("RATE_LIMITED", "This device asks too much. Wait before asking again.", {
          retryAfterSeconds: Math.max(1, Math.ceil(((used - perMinute) * 60) / perMinute)),
        });
      }
      spent.delete(deviceKey);
      spent.set(deviceKey, { units: used, at: time });
      if (spent.size > maxDevices) spent.delete(spent.keys().next().value as number);
    },
  };
}
