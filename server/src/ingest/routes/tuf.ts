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

/** The published folder. A list goes to enrolled devices only, unless the agency publishes it now and does not mark it sensitive. */
export function addTufRoutes(app: FastifyInstance, deps: IngestDeps): void {
  app.get("/tuf/*", async (request, reply) => {
    // The decoded name: `%6Cists` is `lists` as well.
    const { "*": file } = readParams(request.params, TufParams);
    const open = isOpen(file, deps.trust.current().openLists);
    if (!open) await requireDevice(request, deps);
    const path = join(deps.tufFolder, file);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || !found.isFile()) throw new PolicyError("NOT_FOUND", "There is nothing here.");
    reply.header("content-length", found.size);
    reply.header("cache-control", !open ? "no-store" : file === "timestamp.json" ? "no-cache" : "max-age=86400");
    return reply
      .type(file.endsWith(".json") ? "application/json" : "application/octet-stream")
      .send(createReadStream(path));
  });
}

/** `lists/<sha256>.name.bin` is a version of `lists/name.bin`. A list that is no longer published is nobody's but a device's. */
function isOpen(file: string, openLists: readonly string[]): boolean {
  if (!file.startsWith("lists/")) return true;
  return openLists.includes(file.replace(/^lists\/[0-9a-f]{64}\./, "lists/"));
}
