import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Counts from a report of schemathesis. */
export interface FuzzReport {
  /** Operations with at least one 2xx response. */
  covered: Set<string>;
  operations: Set<string>;
  cases: number;
  succeeded: number;
  /** Number of responses by class: `2xx`, `4xx`, … */
  classes: Record<string, number>;
}

interface Scenario {
  recorder: {
    label: string;
    /** Absent for skipped scenarios. */
    interactions?: Record<string, { response: { status_code: number } | null }>;
  };
}

/** @param file events of a schemathesis run, one JSON object per line */
export async function readReport(file: string): Promise<FuzzReport> {
  const report: FuzzReport = {
    covered: new Set(),
    operations: new Set(),
    cases: 0,
    succeeded: 0,
    classes: {},
  };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { ScenarioFinished: scenario } = JSON.parse(line) as { ScenarioFinished?: Scenario };
    if (scenario === undefined) continue;
    const { label, interactions = {} } = scenario.recorder;
    for (const { response } of Object.values(interactions)) {
      const name = response === null ? 'none' : `${Math.floor(response.status_code / 100)}xx`;
      report.operations.add(label);
      report.cases += 1;
      report.classes[name] = (report.classes[name] ?? 0) + 1;
      if (name !== '2xx') continue;
      report.succeeded += 1;
      report.covered.add(label);
    }
  }
  return report;
}
