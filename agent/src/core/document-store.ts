import type { z } from "zod";

/** Small documents of the agent itself: where the enrolment stands, the newest order. Writes are whole or not at all. */
export interface DocumentStore {
  /** Undefined where there is none, or what is there is not of the schema. */
  find<T>(name: string, schema: z.ZodType<T>): T | undefined;
  write(name: string, value: unknown): void;
  remove(name: string): void;
}
