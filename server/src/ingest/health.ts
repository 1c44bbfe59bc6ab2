/** What keeps ingest from its work; the words are what /readyz says. */
export type Trouble = "log-not-signed" | "store-not-writable" | "tuf-expired";

export interface Health {
  /** Tries each part anew, at most once a second. */
  troubles(): Promise<readonly Trouble[]>;
}

const freshMs = 1_000;

/** `checks` throw where their part does not work; `expires` and `now` are Unix seconds. */
export function buildHealth(deps: {
  readonly checks: Readonly<Partial<Record<Trouble, () => Promise<unknown>>>>;
  readonly expires: () => number;
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}): Health {
  let last: { readonly at: number; readonly failed: Promise<readonly Trouble[]> } | undefined;

  async function tryAll(): Promise<readonly Trouble[]> {
    const failed: Trouble[] = [];
    for (const [trouble, check] of Object.entries(deps.checks)) {
      try {
        await check();
      } catch (error) {
        deps.report(error);
        failed.push(trouble as Trouble);
      }
    }
    return failed;
  }

  return {
    async troubles() {
      const at = performance.now();
      if (last === undefined || at - last.at >= freshMs) last = { at, failed: tryAll() };
      const failed = await last.failed;
      return deps.expires() > deps.now() ? failed : [...failed, "tuf-expired"];
    },
  };
}

/** The answer of /readyz. */
export async function readHealth(
  health: Health,
): Promise<{ code: 200 | 503; body: { status: "ready" | "not-ready"; troubles: readonly Trouble[] } }> {
  const troubles = await health.troubles();
  const ready = troubles.length === 0;
  return { code: ready ? 200 : 503, body: { status: ready ? "ready" : "not-ready", troubles } };
}
