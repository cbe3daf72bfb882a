import { relative } from 'node:path';
import { inspect, stripVTControlCharacters } from 'node:util';

/** An event of node:test, with the fields used here. */
export interface TestEvent {
  type: string;
  data: {
    name?: string;
    nesting?: number;
    file?: string | undefined;
    /** The test file, if a helper in `file` defined the test. */
    entryFile?: string | undefined;
    message?: string;
    /** true, or the reason. */
    skip?: boolean | string | undefined;
    todo?: boolean | string | undefined;
    details?: { type?: string | undefined; error?: unknown };
    duration_ms?: number;
  };
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts tests, prints progress, and collects failures and skips for the summary. */
export interface Tally {
  take(event: TestEvent): void;
  /** Adds a result that is not from node:test, such as a check. */
  add(name: string, outcome: { failure?: string; skip?: string }): void;
  readonly counts: Readonly<Counts>;
  /** Duration of each file in milliseconds. */
  readonly durations: Readonly<Record<string, number>>;
  /** Failures in full, the slowest files, every skip with its reason, and the counts on the last line. */
  summary(): string[];
}

const STDERR_LINES = 60;
const SLOWEST = 20;

export function createTally(root: string, write: (line: string) => void): Tally {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const skips: string[] = [];
  const durations: Record<string, number> = {};
  /** State of each running file: names of its current suites and test, its stderr, its counts. */
  const files = new Map<string, { names: string[]; stderr: string[]; before: Counts }>();

  function stateOf(file: string) {
    const state = files.get(file) ?? { names: [], stderr: [], before: noCounts() };
    files.set(file, state);
    return state;
  }

  function fail(title: string, text: string): void {
    counts.failed += 1;
    failures.push(`✖ ${title}\n${indent(text)}`);
    write(`  ✖ ${title}`);
  }

  function finish(file: string, { data }: TestEvent, passed: boolean): void {
    const state = stateOf(file);
    // node:test reports a file without tests as a test; count it only if it fails.
    const isFile = data.name === file;
    const title = [relative(root, file), ...(isFile ? [] : state.names)].join(' › ');
    const { error } = data.details ?? {};
    const isSuite = data.details?.type === 'suite';
    const reason = data.skip ?? data.todo;
    // Its failed subtests count instead.
    if (!passed && failureType(error) === 'subtestsFailed') return;
    if (reason !== undefined && reason !== false) {
      counts.skipped += 1;
      state.before.skipped += 1;
      skips.push(`${title}: ${reason === true ? 'no reason given' : reason}`);
    } else if (!passed) {
      state.before.failed += 1;
      const stderr = state.stderr.slice(-STDERR_LINES);
      fail(title, [describe(error), ...(stderr.length ? ['stderr:', ...stderr] : [])].join('\n'));
    } else if (!isSuite && !isFile) {
      counts.passed += 1;
      state.before.passed += 1;
    }
  }

  function take(event: TestEvent): void {
    const { data } = event;
    const file = data.entryFile ?? data.file;
    if (!file) return;
    if (event.type === 'test:start') {
      stateOf(file).names.splice(data.nesting ?? 0, Infinity, data.name ?? '');
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      stateOf(file).names.splice(data.nesting ?? 0, Infinity, data.name ?? '');
      finish(file, event, event.type === 'test:pass');
    } else if (event.type === 'test:diagnostic') {
      write(`    ${data.message}`);
    } else if (event.type === 'test:stderr') {
      stateOf(file).stderr.push(...(data.message ?? '').trimEnd().split('\n'));
    } else if (event.type === 'test:summary') {
      const { before } = stateOf(file);
      durations[file] = data.duration_ms ?? 0;
      const seconds = (durations[file] / 1000).toFixed(1);
      const mark = before.failed > 0 ? '✖' : '✔';
      write(`${mark} ${relative(root, file)}  ${formatCounts(before)}  (${seconds} s)`);
      files.delete(file);
    }
  }

  return {
    take,
    counts,
    durations,
    add(name, { failure, skip }) {
      if (failure !== undefined) return fail(name, failure);
      if (skip === undefined) counts.passed += 1;
      else {
        counts.skipped += 1;
        skips.push(`${name}: ${skip}`);
      }
    },
    summary: () => [
      ...(failures.length > 0 ? ['', 'Failures', ...failures] : []),
      ...listSlowest(root, durations),
      ...(skips.length > 0 ? ['', 'Skipped', ...skips.map((skip) => `  ${skip}`)] : []),
      '',
      formatCounts(counts),
    ],
  };
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Empty after a run of so few files that they are all in sight. */
function listSlowest(root: string, durations: Readonly<Record<string, number>>): string[] {
  const slowest = Object.entries(durations).toSorted(([, a], [, b]) => b - a);
  if (slowest.length <= SLOWEST) return [];
  const lineOf = ([file, ms]: [string, number]) =>
    `${(ms / 1000).toFixed(1).padStart(8)} s  ${relative(root, file)}`;
  return ['', 'Slowest', ...slowest.slice(0, SLOWEST).map(lineOf)];
}

function noCounts(): Counts {
  return { passed: 0, failed: 0, skipped: 0 };
}

function failureType(error: unknown): unknown {
  return (error as { failureType?: unknown } | undefined)?.failureType;
}

/** node:test wraps thrown errors. */
function describe(error: unknown): string {
  const thrown = (error as { cause?: unknown } | undefined)?.cause ?? error;
  return typeof thrown === 'string' ? thrown : stripVTControlCharacters(inspect(thrown));
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
