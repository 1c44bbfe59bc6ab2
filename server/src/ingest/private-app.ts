import Fastify, { type FastifyInstance } from "fastify";
import type { IngestMetrics } from "../http/metrics.ts";
import { addProblems } from "../http/problems.ts";
import { type Health, readHealth } from "./health.ts";

/** What the operator's own tools ask, on a port that does not face the network. */
export function buildPrivateApp(deps: { readonly metrics: IngestMetrics; readonly health: Health }): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: "idle" });
  addProblems(app);
  app.get("/metrics", async (_request, reply) => reply.type("text/plain; version=0.0.4").send(deps.metrics.format()));
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const { code, body } = await readHealth(deps.health);
    return reply.code(code).send(body);
  });
  return app;
}
