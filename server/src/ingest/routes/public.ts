import { PolicyError } from "@overt/shared/errors.ts";
import type { FastifyInstance } from "fastify";
import type { IngestDeps } from "../deps.ts";
import { readHealth } from "../health.ts";
import { describeApi } from "../openapi.ts";

/** The log, the description of the API, and whether this process is well. */
export function addPublicRoutes(app: FastifyInstance, deps: IngestDeps): void {
  app.get("/log/checkpoint", async (_request, reply) => {
    return reply.type("text/plain; charset=utf-8").send(Buffer.from(await deps.publishedLog.checkpoint()));
  });
  app.get("/log/*", async (request, reply) => {
    const tile = await deps.publishedLog.findTile(request.url.slice("/log/".length));
    if (tile === undefined) throw new PolicyError("NOT_FOUND", "The log has no such tile.");
    return reply.type("application/octet-stream").send(Buffer.from(tile));
  });

  const description = describeApi();
  app.get("/openapi.json", async () => description);
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const { code, body } = await readHealth(deps.health);
    return reply.code(code).send({ ...body, targetsVersion: deps.trust.current().targetsVersion });
  });
}
