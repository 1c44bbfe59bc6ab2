import { posix, win32 } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { chromiumOrigin } from "../../bridge/identity.ts";
import type { BrowserFamily, InstallPlan } from "./plan.ts";

export interface HostInstall {
  readonly family: BrowserFamily;
  readonly hostName: string;
  /** Extensions that may start the host; the browser refuses all others, and so does the host. */
  readonly extensionIds: readonly string[];
  /** Where the browser looks for host manifests. On Windows any folder: a registry key points at the file. */
  readonly manifestFolder: string;
  /** Where the start script goes; it may lie beside the agent's state. */
  readonly scriptFolder: string;
  /** Program and arguments that run the native host, for example Node and the bundled file. */
  readonly command: readonly string[];
  /** From `bridgeAddress`. */
  readonly bridge: string;
  readonly platform: NodeJS.Platform;
  /** Windows only, for example `HKCU\Software\Google\Chrome\NativeMessagingHosts`. */
  readonly registryKey?: string;
}

/** The native host's manifest and the script it names, because a manifest cannot carry arguments. */
export function planHost(options: HostInstall): InstallPlan {
  const windows = options.platform === "win32";
  const { join } = windows ? win32 : posix;
  const callers = options.family === "firefox" ? options.extensionIds : options.extensionIds.map(chromiumOrigin);
  const script = join(options.scriptFolder, windows ? `${options.hostName}.bat` : options.hostName);
  const manifest = join(options.manifestFolder, `${options.hostName}.json`);
  const words = [
    ...options.command,
    "--bridge",
    options.bridge,
    ...callers.flatMap((name) => ["--caller", name]),
    "--",
  ];
  const content = {
    name: options.hostName,
    description: "Carries messages between the monitoring extension and the agent on this device.",
    path: script,
    type: "stdio",
    ...(options.family === "firefox" ? { allowed_extensions: callers } : { allowed_origins: callers }),
  };
  return {
    files: [
      { path: script, content: windows ? batchScript(words) : shellScript(words), mode: 0o755 },
      { path: manifest, content: `${JSON.stringify(content, undefined, 2)}\n`, mode: 0o644 },
    ],
    keys:
      windows && options.registryKey ? [{ key: `${options.registryKey}\\${options.hostName}`, value: manifest }] : [],
  };
}

function shellScript(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`;
}

/** `%` would be expanded and `"` cannot be escaped reliably in a batch file, so a path that holds either is refused. */
function batchScript(words: readonly string[]): string {
  if (words.some((word) => /["%\r\n]/.test(word))) {
    throw new ConfigError(
      "BAD_CONFIG",
      "A path for the native host holds a quote or percent sign, which a batch file cannot.",
    );
  }
  return `@echo off\r\n${words.map((word) => `"${word}"`).join(" ")} %*\r\n`;
}
