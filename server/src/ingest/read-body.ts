import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";

/** Bodies stay bytes until a route parses them: Fastify's own parser takes repeated keys. */
export function addRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  for (const type of ["application/json", "application/octet-stream"]) {
    app.addContentTypeParser(type, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  }
}

/** The body as JSON of this schema. Throws BAD_ENCODING, BAD_JSON, TOO_LARGE, BAD_SCHEMA. */
export function readBody<T>(body: unknown, schema: z.ZodType<T>): T {
  if (!(body instanceof Uint8Array)) throw new VerificationError("BAD_JSON", "A JSON body was expected.");
  const parsed = schema.safeParse(parseJson(new Uint8Array(body)));
  if (!parsed.success) {
    throw new VerificationError(
      "BAD_SCHEMA",
      `The body does not fit at ${String(parsed.error.issues[0]?.path[0] ?? "the top")}.`,
    );
  }
  return parsed.data;
}
