import { deviceClasses, indicators } from "@overt/shared/rules/matchers.ts";
import { compact, Fields, openFields, type Read, readList, readText, readWord } from "../source/fields.ts";

export const readDeviceClass = readWord("a device class", deviceClasses, {
  usb: "storage",
  "usb-stick": "storage",
  disk: "storage",
  mobile: "phone",
  wifi: "network-adapter",
});

/** The file's name alone, or the fields that all have to agree. */
export const readApp: Read<Record<string, unknown>> = (value, problems) => {
  if (value.kind !== "map") {
    const executable = readText(value, problems);
    return executable === undefined ? undefined : { executable };
  }
  const fields = new Fields(value, "an app", ["executable", "bundle-id", "signer", "sha256"], problems);
  return compact({
    executable: fields.optional("executable", readText),
    bundleId: fields.optional("bundle-id", readText),
    signer: fields.optional("signer", readText),
    sha256: fields.optional("sha256", readText),
  });
};

const readRegistered: Read<boolean> = (value, problems) => {
  const word = readWord("declared", ["yes", "no"], { true: "yes", false: "no" });
  return value.kind === "flag" ? value.flag : fromWord(word(value, problems));
};

function fromWord(word: "yes" | "no" | undefined): boolean | undefined {
  return word === undefined ? undefined : word === "yes";
}

export const readDevices: Read<Record<string, unknown>> = (value, problems) => {
  const read = readList(readDeviceClass);
  if (value.kind !== "map") return compact({ classes: read(value, problems) });
  const fields = new Fields(value, "devices", ["classes", "declared"], problems);
  return compact({
    classes: fields.required("classes", read, "[storage, phone]"),
    registered: fields.optional("declared", readRegistered),
  });
};

export const readDeviceExample: Read<Record<string, unknown>> = (value, problems) => {
  const fields = openFields(value, "a device", ["class", "declared"], problems);
  if (fields === undefined) return undefined;
  return compact({
    deviceClass: fields.required("class", readDeviceClass, "storage"),
    registered: fields.required("declared", readRegistered, "no"),
  });
};

export const readIndicator = readWord("an indicator", indicators, {
  vm: "virtual-machine",
  incognito: "private-window",
});
