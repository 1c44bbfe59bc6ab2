import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { PolicyError } from "@overt/shared/errors.ts";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { IngestDeps } from "../deps.ts";
import { readParams } from "../read-body.ts";
import { requireDevice } from "../signed-request.ts";

/** Every name a TUF repository of ours has; a request's path is anybody's text, so nothing else reaches the disk. */
const name =
  /^(?:timestamp\.json|[1-9][0-9]{0,8}\.(?:root|targets|snapshot)\.json|(?:(?:keys|rules|lists)\/)?[0-9a-f]{64}\.[a-z0-9][a-z0-9-]{0,63}\.(?:json|bin))$/;
const TufParams = z.strictObject({ "*": z.string().regex(name) });

/** The published folder. A list marked sensitive goes to enrolled devices only. */
export function addTufRoutes(app: FastifyInstance, deps: IngestDeps): void {
  app.get("/tuf/*", async (request, reply) => {
    // The decoded name: `%6Cists` is `lists` as well.
    const { "*": file } = readParams(request.params, TufParams);
    const sensitive = isSensitive(file, deps.trust.current().sensitiveLists);
    if (sensitive) await requireDevice(request, deps);
    const path = join(deps.tufFolder, file);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || !found.isFile()) throw new PolicyError("NOT_FOUND", "There is nothing here.");
    reply.header("content-length", found.size);
    reply.header("cache-control", sensitive ? "no-store" : file === "timestamp.json" ? "no-cache" : "max-age=86400");
    return reply
      .type(file.endsWith(".json") ? "application/json" : "application/octet-stream")
      .send(createReadStream(path));
  });
}

/** `lists/<sha256>.name.bin` is a version of `lists/name.bin`; an old version of a sensitive list is sensitive too. */
function isSensitive(file: string, sensitive: readonly string[]): boolean {
  return sensitive.includes(file.replace(/^lists\/[0-9a-f]{64}\./, "lists/"));
}
