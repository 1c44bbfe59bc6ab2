import { coverageReasons } from "@overt/shared/protocol/event.ts";
import type { CoverageInterval, DeviceRow, LifeEvent } from "../../domain/console-records.ts";
import type { Translate } from "../../views/messages.ts";
import type { BarModel, ChartModel, DeviceModel, DeviceRowModel } from "../../views/models.ts";
import { showSpan, showTime } from "../../views/time.ts";

const day = 86_400;
const rowHeight = 26;

export function toDeviceRow(t: Translate, device: DeviceRow, now: number): DeviceRowModel {
  const { deviceId, caseRef, state, lastSeenAt, ruleSetVersion } = device;
  return {
    ...{ deviceId, shortId: deviceId.slice(0, 8), caseRef, state, ruleSetVersion },
    lastSeen: lastSeenAt === undefined ? undefined : showTime(lastSeenAt),
    silence: lastSeenAt === undefined ? undefined : showSpan(t, now - lastSeenAt),
  };
}

export function toDeviceModel(input: {
  readonly t: Translate;
  readonly device: DeviceRow;
  readonly coverage: readonly CoverageInterval[];
  readonly life: readonly LifeEvent[];
  readonly now: number;
  readonly days: number;
}): DeviceModel {
  const { t, device, coverage, life, now, days } = input;
  return {
    ...toDeviceRow(t, device, now),
    enrolledAt: showTime(device.enrolledAt),
    chart: coverage.length === 0 ? undefined : toChart(coverage, now, days),
    reasons: sumReasons(coverage).map(({ reason, state, seconds }) => ({ reason, state, span: showSpan(t, seconds) })),
    intervals: coverage
      .slice(-200)
      .reverse()
      .map(({ from, to, state, reason }) => ({ from: showTime(from), to: showTime(to), state, reason })),
    life: life.map(({ at, kind, reason }) => ({ at: showTime(at), kind, reason })),
  };
}

/** Time not fully seen, by reason; the order is that of the protocol, which puts ordinary causes first. */
function sumReasons(coverage: readonly CoverageInterval[]): { reason: string; state: string; seconds: number }[] {
  const sums = new Map<string, { reason: string; state: string; seconds: number }>();
  for (const { from, to, state, reason } of coverage) {
    if (state === "seen") continue;
    const key = `${state}/${reason}`;
    const sum = sums.get(key) ?? { reason, state, seconds: 0 };
    sum.seconds += to - from;
    sums.set(key, sum);
  }
  const order: readonly string[] = coverageReasons;
  return [...sums.values()].sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason));
}

/** A row for each of the last days (UTC); what no interval speaks of stays empty. */
function toChart(coverage: readonly CoverageInterval[], now: number, days: number): ChartModel {
  const today = Math.floor(now / day) * day;
  const rows = Array.from({ length: days }, (_, i) => today - (days - 1 - i) * day);
  return {
    height: days * rowHeight + 24,
    days: rows.map((from, i) => ({
      label: new Intl.DateTimeFormat("en-GB", {
        weekday: "short",
        day: "numeric",
        month: "short",
        timeZone: "UTC",
      }).format(from * 1_000),
      y: i * rowHeight,
      bars: coverage.flatMap((interval) => toBar(interval, from)),
    })),
  };
}

function toBar({ from, to, state }: CoverageInterval, midnight: number): readonly BarModel[] {
  const start = Math.max(from, midnight);
  const end = Math.min(to, midnight + day);
  if (end <= start) return [];
  const hours = (seconds: number) => (seconds / 3_600).toFixed(3);
  return [{ x: hours(start - midnight), width: hours(end - start), state }];
}
