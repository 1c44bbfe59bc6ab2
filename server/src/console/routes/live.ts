import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { authorise } from "../../domain/authorise.ts";
import { overloaded } from "../../domain/sequencer.ts";
import { findSession } from "../../domain/sign-in.ts";
import type { ConsoleContext } from "../context.ts";
import { parseInput, requireActor } from "../request.ts";
import { sessionOf } from "../security.ts";

const pingMilliseconds = 25_000;
/** Pages that listen at a time, over all reviewers: each costs a count for every change. */
const mostOpen = 500;
const AlertNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Query = z.strictObject({ after: AlertNumber.default(0) });

/**
 * Server-sent events: ids and counts only. The id is the highest alert number the page has been told of, so a browser
 * that comes back with `Last-Event-ID` hears of what came meanwhile.
 */
export function addLiveRoute(app: FastifyInstance, { deps, background, signIn }: ConsoleContext): void {
  let open = 0;
  app.get("/live", { config: { passive: true } }, async (request, reply) => {
    const actor = requireActor(request);
    const scope = authorise(actor, "queue.read");
    const seen = AlertNumber.safeParse(request.headers["last-event-id"]);
    const after = seen.success ? seen.data : parseInput(Query, request.query).after;
    const session = sessionOf(request) ?? "";
    if (open >= mostOpen) throw overloaded();
    open++;

    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });

    let last = "";
    // Signed out, idle too long or off the roster: not even a count is told then.
    const isOver = async () => (await findSession(signIn, session, { passive: true })) === undefined;
    async function send(): Promise<void> {
      if (await isOver()) return void raw.end();
      const { waiting, newer } = await deps.store.alerts.countWaiting(scope, after);
      const data = JSON.stringify({ waiting, newer });
      if (data === last || raw.destroyed) return;
      last = data;
      raw.write(`id: ${after}\nevent: count\ndata: ${data}\n\n`);
    }
    async function ping(): Promise<void> {
      if (await isOver()) raw.end();
      else raw.write(": still here\n\n");
    }
    const stop = () => raw.destroy();
    const timer = setInterval(() => void ping().catch(stop), pingMilliseconds);
    const unsubscribe = background.subscribe(() => void send().catch(stop));
    raw.on("close", () => {
      open--;
      clearInterval(timer);
      unsubscribe();
    });
    await send().catch(stop);
  });
}
