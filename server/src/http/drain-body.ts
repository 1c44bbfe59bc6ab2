import type { FastifyInstance, FastifyRequest } from "fastify";

/** How much of a body that nobody wants is read, and for how long. */
export interface DrainBounds {
  readonly bytes: number;
  readonly milliseconds: number;
}

/**
 * An answer that is ready before the whole body has come in, such as 413, is sent at once, and the rest of the body is
 * read and thrown away. Hanging up instead makes the system reset the connection, and a client that is still sending
 * then loses the answer. Past either bound the connection is cut, answer or no answer.
 */
export function addBodyDrain(app: FastifyInstance, bounds: DrainBounds): void {
  app.addHook("onSend", async (request, reply) => {
    if (request.raw.complete !== false || !hasBody(request)) return;
    // Set by Fastify where it stops reading; Node would hang up as soon as the answer is out.
    reply.removeHeader("connection");
    drain(request, bounds);
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function drain({ raw }: FastifyRequest, { bytes, milliseconds }: DrainBounds): void {
  let left = bytes;
  const cut = () => void raw.socket.destroy();
  const timer = setTimeout(cut, milliseconds).unref();
  raw.on("data", (part: Uint8Array) => {
    left -= part.length;
    if (left < 0) cut();
  });
  raw.on("error", () => undefined);
  for (const event of ["end", "close"] as const) raw.once(event, () => clearTimeout(timer));
}
