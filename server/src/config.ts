import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(["yes", "no"]).transform((word) => word === "yes");

/** The environment that the server reads, and nothing else does. */
const Environment = z.strictObject({
  OVERT_DATA: z.string().min(1).describe("folder of the databases"),
  OVERT_TUF: z.string().min(1).describe("folder of the agency's published TUF repository"),
  OVERT_TUF_ROOT_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe("SHA-256 of its first root"),
  OVERT_HOST: z.string().min(1).default("127.0.0.1").describe("address to listen on"),
  OVERT_INGEST_PORT: port.default(8_801).describe("port of ingest"),
  OVERT_CONSOLE_PORT: port.default(8_802).describe("port of the console"),
  OVERT_CONSOLE_ORIGIN: z.url().optional().describe("what browsers call the console"),
  OVERT_RECEIPT_KEY: z.string().min(1).describe("key file: receipts"),
  OVERT_LOG_KEY: z.string().min(1).describe("key file: checkpoints"),
  OVERT_CONSOLE_KEY: z.string().min(1).describe("key file: views and decisions"),
  OVERT_SESSION_KEY: z.string().min(1).describe("key file: the console's session cookie"),
  OVERT_SIGN_IN: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .optional()
    .describe("reviewer to print a one-time link for at start"),
  OVERT_PRIVATE_PORT: port.optional().describe("port of ingest's /metrics, on 127.0.0.1 only"),
  OVERT_TIMESTAMP_KEY: z.string().min(1).optional().describe("key file: the TUF timestamp, signed again daily"),
  OVERT_CHECKPOINT: z
    .string()
    .min(1)
    .optional()
    .describe("file of the newest published checkpoint, on another disk at best"),
  OVERT_LOG: flag.default(true).describe("yes or no: a line of JSON for what happens"),
});

export type ServerConfig = z.infer<typeof Environment>;

/** What browsers call the console. */
export function consoleOrigin(config: ServerConfig): string {
  return config.OVERT_CONSOLE_ORIGIN ?? `http://${config.OVERT_HOST}:${config.OVERT_CONSOLE_PORT}`;
}

/** Where the copy of the log's newest checkpoint is kept. */
export function checkpointPath(config: ServerConfig): string {
  return config.OVERT_CHECKPOINT ?? join(config.OVERT_DATA, "log-checkpoint");
}

/** Reads and checks the whole environment. Throws BAD_CONFIG with every problem in its message. */
export function readConfig(env: NodeJS.ProcessEnv): ServerConfig {
  const named = Object.fromEntries(Object.entries(env).filter(([name]) => name in Environment.shape));
  const parsed = Environment.safeParse(named);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: [name], message }) => {
    const meaning = Environment.shape[name as keyof typeof Environment.shape]?.description ?? "";
    return `  ${String(name)} (${meaning}): ${named[String(name)] === undefined ? "is not set" : message}`;
  });
  throw new ConfigError("BAD_CONFIG", `The server's environment is not complete:\n${problems.join("\n")}`);
}
