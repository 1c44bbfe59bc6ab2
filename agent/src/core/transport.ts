/** One exchange with the agency's server. The answer is attacker-controlled: whoever asks checks it against a schema. */
export interface Transport {
  /** Throws TransportError UNREACHABLE (no answer, redirect, time), BAD_RESPONSE (longer than `maxBytes`). */
  send(request: TransportRequest): Promise<TransportAnswer>;
}

export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly contentType?: "application/json" | "application/octet-stream";
  /** Cap on the answer's body. */
  readonly maxBytes: number;
}

export interface TransportAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** From Retry-After, in seconds. */
  readonly retryAfterSeconds: number | undefined;
}
