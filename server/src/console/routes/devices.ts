import { Id } from "@overt/shared/protocol/fields.ts";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { authorise } from "../../domain/authorise.ts";
import { notFound } from "../../domain/claim.ts";
import type { ConsoleContext, SendPage } from "../context.ts";
import { toDeviceModel, toDeviceRow } from "../models/device.ts";
import { noteConsultation, parseInput, requireActor } from "../request.ts";

const pageSize = 50;
const shownDays = 7;
const Query = z.strictObject({ after: Id.optional() });

export function addDeviceRoutes(
  app: FastifyInstance,
  { deps, views: { t } }: ConsoleContext,
  sendPage: SendPage,
): void {
  app.get("/devices", { config: { caseData: true } }, async (request, reply) => {
    const scope = authorise(requireActor(request), "device.read");
    const { after = "" } = parseInput(Query, request.query);
    const devices = await deps.store.devices.list(scope, after, pageSize + 1);
    const shown = devices.slice(0, pageSize);
    noteConsultation(request, { object: "devices", objectId: shown.map((each) => each.deviceId).join(",") });
    const model = {
      rows: shown.map((device) => toDeviceRow(t, device, deps.now())),
      next: devices.length > pageSize ? shown.at(-1)?.deviceId : undefined,
    };
    return sendPage(request, reply, "devices", model, { current: "devices" });
  });

  app.get("/devices/:deviceId", { config: { caseData: true } }, async (request, reply) => {
    const scope = authorise(requireActor(request), "device.read");
    const path = z.strictObject({ deviceId: Id }).safeParse(request.params);
    const device = path.success ? await deps.store.devices.find(path.data.deviceId, scope) : undefined;
    if (device === undefined) throw notFound();
    noteConsultation(request, { object: "device", objectId: device.deviceId });
    const now = deps.now();
    const since = now - shownDays * 86_400;
    const coverage = await deps.store.devices.listCoverage(device.deviceId, since);
    const life = await deps.store.devices.listLife(device.deviceId, 20);
    const model = toDeviceModel({ t, device, coverage, life, now, days: shownDays });
    return sendPage(request, reply, "device", model, { current: "devices" });
  });
}
