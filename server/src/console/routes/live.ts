import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { authorise } from "../../domain/authorise.ts";
import { findSession } from "../../domain/sign-in.ts";
import type { ConsoleContext } from "../context.ts";
import { parseInput, requireActor } from "../request.ts";
import { sessionOf } from "../security.ts";

const pingMilliseconds = 25_000;
const AlertNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Query = z.strictObject({ after: AlertNumber.default(0) });

/**
 * Server-sent events: ids and counts only. The id is the highest alert number the page has been told of, so a browser
 * that comes back with `Last-Event-ID` hears of what came meanwhile.
 */
export function addLiveRoute(app: FastifyInstance, { deps, background, signIn }: ConsoleContext): void {
  app.get("/live", { config: { passive: true } }, async (request, reply) => {
    const actor = requireActor(request);
    const scope = authorise(actor, "queue.read");
    const seen = AlertNumber.safeParse(request.headers["last-event-id"]);
    const after = seen.success ? seen.data : parseInput(Query, request.query).after;
    const session = sessionOf(request) ?? "";

    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });

    let last = "";
    async function send(): Promise<void> {
      const { waiting, newer } = await deps.store.alerts.countWaiting(scope, after);
      const data = JSON.stringify({ waiting, newer });
      if (data === last || raw.destroyed) return;
      last = data;
      raw.write(`id: ${after}\nevent: count\ndata: ${data}\n\n`);
    }
    // A session that ended meanwhile hears nothing more.
    async function ping(): Promise<void> {
      if ((await findSession(signIn, session, { passive: true })) === undefined) raw.end();
      else raw.write(": still here\n\n");
    }
    const stop = () => raw.destroy();
    const timer = setInterval(() => void ping().catch(stop), pingMilliseconds);
    const unsubscribe = background.subscribe(() => void send().catch(stop));
    raw.on("close", () => {
      clearInterval(timer);
      unsubscribe();
    });
    await send().catch(stop);
  });
}
