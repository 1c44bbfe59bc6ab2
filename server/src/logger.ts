import { pino } from "pino";

/** Never in a log line: addresses of people, paths, headers and bodies. A request is its number. */
export function buildLogger(on: boolean, app: string) {
  return pino({
    enabled: on,
    base: { app },
    redact: {
      paths: ["req.url", "req.headers", "req.remoteAddress", "req.remotePort", "req.body", "body", "headers"],
      remove: true,
    },
    serializers: {
      req: ({ method, id }: { method: string; id: string }) => ({ method, id }),
      // A message of a library may quote its input; the name and place of the fault are enough to look for it.
      err: (error: Error) => ({
        name: error.name,
        code: Reflect.get(error, "code"),
        at: error.stack
          ?.split("\n")
          .filter((line) => line.trimStart().startsWith("at "))
          .slice(0, 6),
      }),
    },
  });
}
