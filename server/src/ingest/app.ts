import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import underPressure from "@fastify/under-pressure";
import { toHex } from "@overt/shared/bytes.ts";
import { limits } from "@overt/shared/limits.ts";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { addBodyDrain } from "../http/drain-body.ts";
import { addProblems, answerBrokenHttp } from "../http/problems.ts";
import { addAdmission } from "./admission.ts";
import type { IngestDeps } from "./deps.ts";
import { addRawBodies } from "./read-body.ts";
import { addDeviceRoutes } from "./routes/device.ts";
import { addEnrolmentRoutes } from "./routes/enrolment.ts";
import { addPublicRoutes } from "./routes/public.ts";
import { addTufRoutes } from "./routes/tuf.ts";

/** The service that faces the network. It holds no name and no free text: enums, hashes, boxes. */
export function buildIngest(deps: IngestDeps): FastifyInstance {
  const app = Fastify({
    ...(deps.log === undefined ? { logger: false } : { loggerInstance: deps.log }),
    // Codes and hashes stand in paths: request lines are not logged.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.payload.exchange,
    return503OnClosing: true,
    requestTimeout: deps.requestTimeoutMs,
    // Node swaps the two bounds where the one for headers is the larger.
    http: {
      headersTimeout: deps.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(5_000, deps.requestTimeoutMs),
    },
    clientErrorHandler: answerBrokenHttp,
    forceCloseConnections: "idle",
    genReqId: () => toHex(deps.random(8)),
  });
  app.addHook("onResponse", async (request, reply) => deps.metrics.countRequest(request.method, reply.statusCode));
  // Shorter than Node's bound for a whole request, which ends in an answer of its own.
  const milliseconds = Math.min(10_000, deps.requestTimeoutMs / 2);
  addBodyDrain(app, { bytes: limits.eventsBody * 4, milliseconds });
  addRawBodies(app);
  addProblems(app);
  app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } });
  app.register(rateLimit, { max: deps.requestsPerMinute, timeWindow: 60_000 });
  app.register(underPressure, { maxEventLoopDelay: 2_000, retryAfter: 2, exposeStatusRoute: false });
  app.register(async (verifying) => {
    addAdmission(verifying, deps.admission);
    addEnrolmentRoutes(verifying, deps);
    addDeviceRoutes(verifying, deps);
    addTufRoutes(verifying, deps);
  });
  app.register(async (routes) => addPublicRoutes(routes, deps));
  return app;
}
