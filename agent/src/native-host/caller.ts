export interface HostArguments {
  readonly address: string;
}

/**
 * Reads what the wrapper script and the browser put on the command line: `--bridge ADDRESS --caller NAME... -- <what the
 * browser added>`. Chromium adds the calling extension's origin, Firefox the manifest's path and the extension's id.
 * Undefined where anything is missing or the caller is not among those named: the host then says nothing and ends.
 */
export function findHostArguments(args: readonly string[]): HostArguments | undefined {
  const separator = args.indexOf("--");
  if (separator < 0) return undefined;
  const own = args.slice(0, separator);
  const fromBrowser = args.slice(separator + 1);
  const address = valuesOf(own, "--bridge")[0];
  const caller = fromBrowser[0]?.startsWith("chrome-extension://") ? fromBrowser[0] : fromBrowser[1];
  if (!address || !caller || !valuesOf(own, "--caller").includes(caller)) return undefined;
  return { address };
}

function valuesOf(args: readonly string[], name: string): string[] {
  return args.flatMap((arg, at) => (arg === name && args[at + 1] !== undefined ? [args[at + 1] as string] : []));
}
