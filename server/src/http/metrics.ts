/** Counters of the process in the Prometheus text format: counts and sizes only, nothing about anybody. */
export interface IngestMetrics {
  countRequest(method: string, status: number): void;
  countRecord(status: number): void;
  /** A value that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
  format(): string;
}

export function buildMetrics(): IngestMetrics {
  const counters = new Map<string, number>();
  const gauges: { name: string; help: string; read: () => number }[] = [];
  const add = (series: string) => counters.set(series, (counters.get(series) ?? 0) + 1);
  return {
    countRequest: (method, status) => add(`overt_requests_total{method="${method}",status="${status}"}`),
    countRecord: (status) => add(`overt_records_total{status="${status}"}`),
    gauge: (name, help, read) => gauges.push({ name, help, read }),
    format() {
      const lines = [
        "# TYPE overt_requests_total counter",
        "# TYPE overt_records_total counter",
        ...[...counters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([series, count]) => `${series} ${count}`),
        ...gauges.flatMap(({ name, help, read }) => [
          `# HELP ${name} ${help}`,
          `# TYPE ${name} gauge`,
          `${name} ${read()}`,
        ]),
      ];
      return `${lines.join("\n")}\n`;
    },
  };
}
