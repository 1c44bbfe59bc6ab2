import { z } from "zod";
import { CaseRef, Hash, Id, Seconds, Version } from "./fields.ts";

/** Signed by an officer: what became of a device. */
export const DeviceStatus = z.strictObject({
  v: z.literal(1),
  deviceId: Id,
  state: z.enum(["active", "lost", "retired", "rekeyed"]),
  replacedBy: Id.optional(),
  at: Seconds,
});
export type DeviceStatus = z.infer<typeof DeviceStatus>;

/** Signed by an officer: the devices the person declared. */
export const DeviceRegister = z.strictObject({
  v: z.literal(1),
  caseRef: CaseRef,
  version: Version,
  devices: z
    .array(
      z.strictObject({
        class: z.enum(["computer", "tablet", "phone", "storage", "console", "other"]),
        identifiersHash: Hash,
        declaredAt: Seconds,
      }),
    )
    .max(500),
});
export type DeviceRegister = z.infer<typeof DeviceRegister>;
