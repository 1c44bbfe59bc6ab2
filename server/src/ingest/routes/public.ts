import fastifyStatic from "@fastify/static";
import { PolicyError } from "@overt/shared/errors.ts";
import type { FastifyInstance } from "fastify";
import type { IngestDeps } from "../deps.ts";
import { requireDevice } from "../signed-request.ts";

/** Files that anybody may read, save lists marked sensitive; the log; and whether this process is well. */
export function addPublicRoutes(app: FastifyInstance, deps: IngestDeps): void {
  app.register(async (tuf) => {
    tuf.addHook("onRequest", async (request) => {
      if (request.url.startsWith("/tuf/lists/")) await requireDevice(request, deps);
    });
    tuf.register(fastifyStatic, {
      root: deps.tufFolder,
      prefix: "/tuf/",
      index: false,
      dotfiles: "deny",
      decorateReply: false,
    });
  });

  app.get("/log/checkpoint", async (_request, reply) => {
    return reply.type("text/plain; charset=utf-8").send(Buffer.from(await deps.publishedLog.checkpoint()));
  });
  app.get("/log/*", async (request, reply) => {
    const tile = await deps.publishedLog.findTile(request.url.slice("/log/".length));
    if (tile === undefined) throw new PolicyError("NOT_FOUND", "The log has no such tile.");
    return reply.type("application/octet-stream").send(Buffer.from(tile));
  });

  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async () => ({ status: "ready", targetsVersion: deps.trust.current().targetsVersion }));
}
