import { spawn } from "node:child_process";

/**
 * Runs a file under this Node in a process of its own and gives what its last line of output says, as JSON. For memory and
 * starting times, which a process that has done other work cannot tell.
 */
export async function measureInChild(file: string, args: readonly string[] = [], flags: readonly string[] = []) {
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as unknown;
}
