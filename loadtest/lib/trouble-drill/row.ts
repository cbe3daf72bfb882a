import { createMachineToken, fetchAs } from '@aio/stack/machine-token';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApiClient } from '../client.ts';
import type { Bed, BedOptions } from '../drill/bed.ts';
import type { Checks } from '../drill/checks.ts';
import type { Drill } from '../drill/drill.ts';
import { readMetric } from '../read-metric.ts';
import { waitUntil } from '../wait-until.ts';
import { type Answer, ask, tell } from './ask.ts';

/** One row of the troubleshooting table in services/README.md. */
export interface Trouble {
  /** As in the table. */
  name: string;
  symptom: string;
  cause: string;
  cure: string;
  bed?: BedOptions;
  /** Causes the fault, checks the symptom, applies the cure, and checks that AIO has recovered. */
  tryOut(stand: Stand): Promise<void>;
}

export interface Stand {
  readonly bed: Bed;
  readonly checks: Checks;
  readonly full: boolean;
  /** Requests a path or URL with a token that has all rights. */
  ask(path: string): Promise<Answer>;
  /** Requests `path` and notes the answer; a miss unless it is `expected`. */
  see(what: string, path: string, expected: string): Promise<Answer>;
  /** A miss unless the problem's detail contains `expected`. */
  seeDetail(answer: Answer, expected: string): void;
  /** Waits for a log line; a miss without one. */
  seeLog(process: string, pattern: RegExp): Promise<void>;
  metric: typeof readMetric;
  /** Waits until `path` gives the expected answer, and notes the time. */
  well(path: string, expected: string): Promise<void>;
  /** Uses a new token from now on. */
  logInAgain(): void;
  progress(what: string): void;
}

const WELL_WITHIN_MS = 20_000;
const LOG_WITHIN_MS = 5000;
const SHOWN = 110;

/** Workflow for the last check of every row: a run must succeed. */
export const WORK = 'work';

export function asDrill(trouble: Trouble): Drill {
  const { name, symptom, cause, cure } = trouble;
  return {
    name,
    what: cause,
    limits: `${symptom} → ${cure}`,
    async run({ full, checks, startBed, makeFolder, progress }) {
      const dataDir = makeFolder(`trouble-${name}`);
      const bed = await startBed({ ...trouble.bed, dataDir });
      const { system } = bed;
      await bed.createWorkflow(WORK, {
        call: { type: 'http', with: { url: `${system.simulator.url}/work?ms=5` } },
        end: { type: 'transform', needs: ['call'], with: { value: 1 } },
      });
      let login = system.fetch;
      const stand: Stand = {
        bed,
        checks,
        full,
        progress,
        ask: (path) => ask(new URL(path, system.apiUrl).href, login),
        async see(what, path, expected) {
          const answer = await stand.ask(path);
          checks.note(`${what} ${tell(answer)}`);
          checks.that(tell(answer) === expected, `${what}: ${tell(answer)}, not ${expected}`);
          return answer;
        },
        seeDetail(answer, expected) {
          const detail = String(answer.body?.['detail']);
          checks.note(`"${detail}"`);
          checks.that(detail.includes(expected), `"${detail}", not "${expected}"`);
        },
        async seeLog(process, pattern) {
          const file = join(dataDir, `logs/${process}.log`);
          const find = () =>
            readFileSync(file, 'utf8')
              .split('\n')
              .find((line) => pattern.test(line));
          const line = await waitUntil('a line', LOG_WITHIN_MS, find).catch(() => null);
          checks.that(line !== null, `no line ${pattern} in the log of ${process}`);
          if (line !== null) checks.note(`log of ${process}: "${messageOf(line).slice(0, SHOWN)}"`);
        },
        metric: readMetric,
        logInAgain: () => void (login = fetchAs(createMachineToken(system.identityUrl))),
        async well(path, expected) {
          const at = performance.now();
          const isWell = async () => tell(await stand.ask(path)) === expected;
          await waitUntil(`${path} answers ${expected}`, WELL_WITHIN_MS, isWell);
          checks.note(`${expected} again after ${((performance.now() - at) / 1000).toFixed(1)} s`);
        },
      };
      await trouble.tryOut(stand);
      const { id } = await createApiClient(system.apiUrl, { fetch: login }).submitRun(WORK);
      bed.accepted.push({ id, expected: null });
      await bed.settle();
      checks.rows(await bed.judge());
    },
  };
}

/** The message of a JSON log line or a PostgreSQL log line; otherwise the whole line. */
function messageOf(line: string): string {
  try {
    return String((JSON.parse(line) as { msg?: unknown }).msg ?? line);
  } catch {
    return line.replace(/^.* LOG: +/, '').trim();
  }
}
