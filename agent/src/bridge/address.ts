import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { posix, win32 } from "node:path";

// sun_path holds 104 bytes on macOS and 108 on Linux, the closing zero included.
const longestSocketPath = 100;

/**
 * Where agent and native host meet: a Unix socket in the agent's state folder, or a named pipe on Windows. A state
 * folder too deep for a socket address gets one under the temporary folder, named after the account and the folder.
 */
export function bridgeAddress(stateFolder: string, platform: NodeJS.Platform = process.platform): string {
  const { join, resolve } = platform === "win32" ? win32 : posix;
  const name = createHash("sha256").update(resolve(stateFolder)).digest("hex").slice(0, 24);
  if (platform === "win32") return `\\\\.\\pipe\\overt-${name}`;
  const own = join(resolve(stateFolder), "bridge", "agent.sock");
  if (Buffer.byteLength(own) <= longestSocketPath) return own;
  return join(tmpdir(), `overt-${process.getuid?.() ?? 0}`, `${name}.sock`);
}
