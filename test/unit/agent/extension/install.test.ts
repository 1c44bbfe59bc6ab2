import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planHost } from "@overt/agent/platform/browser/host-manifest.ts";
import { installBrowserFiles, removeBrowserFiles } from "@overt/agent/platform/browser/install.ts";
import { planChromiumPolicy, planFirefoxPolicy } from "@overt/agent/platform/browser/managed-policy.ts";
import { type InstallPlan, joinPlans } from "@overt/agent/platform/browser/plan.ts";
import { buildRegistry } from "@overt/agent/platform/browser/registry.ts";
import { seedProfile } from "@overt/agent/platform/browser/seed-profile.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;
let receiptFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "overt-install-"));
  receiptFile = join(folder, "state", "receipt.json");
  mkdirSync(join(folder, "state"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plan(command: readonly string[] = ["/usr/bin/node", "/opt/it's here/host.mjs"]): InstallPlan {
  const common = { hostName: "org.overt.agent", extensionIds: ["abc"], bridge: "/run/agent.sock" };
  return joinPlans([
    planHost({
      ...common,
      family: "chromium",
      manifestFolder: join(folder, "etc/chromium/native-messaging-hosts"),
      scriptFolder: join(folder, "opt"),
      command,
      platform: "linux",
    }),
    planChromiumPolicy({
      folder: join(folder, "etc/chromium/policies/managed"),
      hostName: common.hostName,
      extensionId: "abc",
      updateUrl: "file:///update.xml",
      platform: "linux",
    }),
  ]);
}
const everything = () => readdirSync(folder, { recursive: true }).map(String).sort();

describe("the installer", () => {
  test("removal leaves the device as it was before", () => {
    const before = everything();
    const receipt = installBrowserFiles({ plan: plan(), receiptFile });
    expect(receipt.files).toHaveLength(3);
    for (const file of receipt.files) expect(existsSync(file.path)).toBe(true);
    const report = removeBrowserFiles(receiptFile);
    expect(report.removed).toHaveLength(3);
    expect(report.changed).toEqual([]);
    expect(everything()).toEqual(before);
    expect(removeBrowserFiles(receiptFile)).toEqual({ removed: [], changed: [] });
  });

  test("a file of someone else is neither overwritten nor removed, and nothing else is written", () => {
    const foreign = join(folder, "etc/chromium/policies/managed/org.overt.agent.json");
    mkdirSync(join(folder, "etc/chromium/policies/managed"), { recursive: true });
    writeFileSync(foreign, "{}");
    const before = everything();
    expect(() => installBrowserFiles({ plan: plan(), receiptFile })).toThrow(
      expect.objectContaining({ code: "FILE_EXISTS" }),
    );
    expect(everything()).toEqual(before);
    expect(readFileSync(foreign, "utf8")).toBe("{}");
  });

  test("a folder that someone else uses since stays, as does a file that was changed since", () => {
    const receipt = installBrowserFiles({ plan: plan(), receiptFile });
    const policy = receipt.files[2]?.path ?? "";
    writeFileSync(policy, "{ }");
    writeFileSync(join(folder, "opt/other"), "");
    expect(removeBrowserFiles(receiptFile).changed).toEqual([policy]);
    expect(everything().filter((path) => /other|managed/.test(path))).toEqual([
      "etc/chromium/policies/managed",
      "etc/chromium/policies/managed/org.overt.agent.json",
      "opt/other",
    ]);
  });

  test("installing again brings its own files up to date, and removal still undoes all of it", () => {
    const before = everything();
    installBrowserFiles({ plan: plan(), receiptFile });
    installBrowserFiles({ plan: plan(["/usr/bin/node", "/opt/new.mjs"]), receiptFile });
    expect(readFileSync(join(folder, "opt/org.overt.agent"), "utf8")).toContain("/opt/new.mjs");
    removeBrowserFiles(receiptFile);
    expect(everything()).toEqual(before);
  });

  test("what a run that was cut short wrote is found by the next run and by removal", () => {
    const before = everything();
    const first = plan();
    installBrowserFiles({ plan: first, receiptFile });
    // The record of an update is there, its files are still those of the run before.
    const next = plan(["/usr/bin/node", "/opt/new.mjs"]);
    installBrowserFiles({ plan: next, receiptFile });
    const updated = JSON.parse(readFileSync(receiptFile, "utf8"));
    removeBrowserFiles(receiptFile);
    const receipt = installBrowserFiles({ plan: first, receiptFile });
    writeFileSync(receiptFile, JSON.stringify({ ...receipt, files: [...receipt.files, ...updated.files] }));
    installBrowserFiles({ plan: next, receiptFile });
    removeBrowserFiles(receiptFile);
    expect(everything()).toEqual(before);
  });

  test("a damaged record is said, not guessed at", () => {
    writeFileSync(receiptFile, `{"v":1,"files":[{"path":"/etc/passwd"}]}`);
    expect(() => removeBrowserFiles(receiptFile)).toThrow(expect.objectContaining({ code: "BAD_CONFIG" }));
  });
});

describe("what it writes", () => {
  test("a shell script in which no path can become a command", () => {
    installBrowserFiles({ plan: plan(), receiptFile });
    const script = join(folder, "opt/org.overt.agent");
    expect(readFileSync(script, "utf8")).toBe(
      `#!/bin/sh\nexec '/usr/bin/node' '/opt/it'\\''s here/host.mjs' '--bridge' '/run/agent.sock' '--caller' 'chrome-extension://abc/' '--' "$@"\n`,
    );
    expect(statSync(script).mode & 0o777).toBe(0o755);
  });

  const windows = {
    family: "chromium",
    hostName: "org.overt.agent",
    extensionIds: ["abc"],
    manifestFolder: "C:\\Overt",
    scriptFolder: "C:\\Overt",
    bridge: "\\\\.\\pipe\\overt-1",
    platform: "win32",
    registryKey: "HKCU\\Software\\Google\\Chrome\\NativeMessagingHosts",
  } as const;

  test("a batch file and a registry key on Windows", () => {
    const made = planHost({ ...windows, command: ["C:\\Program Files\\node.exe", "C:\\Overt\\host.mjs"] });
    expect(made.files[0]).toMatchObject({
      path: "C:\\Overt\\org.overt.agent.bat",
      content: `@echo off\r\n"C:\\Program Files\\node.exe" "C:\\Overt\\host.mjs" "--bridge" "\\\\.\\pipe\\overt-1" "--caller" "chrome-extension://abc/" "--" %*\r\n`,
    });
    expect(made.keys).toEqual([
      { key: `${windows.registryKey}\\org.overt.agent`, value: "C:\\Overt\\org.overt.agent.json" },
    ]);
    expect(() => planHost({ ...windows, command: ["C:\\%PATH%\\node.exe"] })).toThrow(
      expect.objectContaining({ code: "BAD_CONFIG" }),
    );
  });

  test("a registry key is removed only while it holds what was written", () => {
    const store = new Map<string, string>();
    const registry = buildRegistry(([verb, key = "", , , , , value = ""]) => {
      if (verb === "add") store.set(key, value);
      if (verb === "delete") store.delete(key);
      return { status: verb === "query" && !store.has(key) ? 1 : 0, stdout: `(Default)  REG_SZ  ${store.get(key)}` };
    });
    const made = { files: [], keys: planHost({ ...windows, command: ["node"] }).keys };
    expect(() => installBrowserFiles({ plan: made, receiptFile })).toThrow(
      expect.objectContaining({ code: "BAD_CONFIG" }),
    );
    installBrowserFiles({ plan: made, receiptFile, registry });
    expect([...store.values()]).toEqual(["C:\\Overt\\org.overt.agent.json"]);
    store.set(made.keys[0]?.key ?? "", "D:\\other.json");
    removeBrowserFiles(receiptFile, registry);
    expect([...store.values()]).toEqual(["D:\\other.json"]);
  });

  test("Firefox's host manifest and policy name the add-on", () => {
    const host = planHost({
      ...windows,
      family: "firefox",
      platform: "linux",
      command: ["node"],
      extensionIds: ["x@y"],
    });
    expect(JSON.parse(host.files[1]?.content ?? "")).toMatchObject({ allowed_extensions: ["x@y"] });
    const policy = planFirefoxPolicy({ file: "/p.json", extensionId: "x@y", installUrl: "file:///x.xpi" });
    expect(policy.files[0]?.content).toContain('"force_installed"');
  });
});

test("a new profile gets the badge on its toolbar, one that exists is left alone", () => {
  const profile = join(folder, "profile");
  seedProfile(profile, "abc");
  const preferences = join(profile, "Default", "Preferences");
  expect(JSON.parse(readFileSync(preferences, "utf8"))).toEqual({ extensions: { pinned_extensions: ["abc"] } });
  writeFileSync(preferences, "{}");
  seedProfile(profile, "abc");
  expect(readFileSync(preferences, "utf8")).toBe("{}");
});
