import { createMachineToken, fetchAs } from '@aio/tools/start/machine-token';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApiClient } from '@aio/tools/system/client';
import type { Bed, BedOptions } from '../../bed/bed.ts';
import { seconds } from '../kit/checks.ts';
import type { Drill, DrillContext } from '../kit/drill.ts';
import { untilUsed } from '../../bed/proxied.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

/** One row of the troubleshooting table in services/README.md. */
interface Trouble {
  /** As in the table. */
  name: string;
  symptom: string;
  cause: string;
  cure: string;
  bed?: BedOptions;
  /** Causes the fault, checks the symptom, applies the cure, and checks that AIO has recovered. */
  tryOut(stand: Stand): Promise<void>;
}

export type Stand = ReturnType<typeof createStand>;

/** An HTTP answer as curl shows it. */
interface Answer {
  status: number;
  /** Parsed JSON; null = the answer has none. */
  body: Record<string, unknown> | null;
  headers: Headers;
}

const WELL_WITHIN_MS = 20_000;
const LOG_WITHIN_MS = 5000;
const SHOWN = 110;

/** Workflow for the last check of every row: a run must succeed. */
export const WORK = 'work';

export function troubleDrill({ name, symptom, cause, cure, bed: options, tryOut }: Trouble): Drill {
  return {
    name,
    what: cause,
    limits: `${symptom} → ${cure}`,
    async run({ checks, startBed, makeFolder, progress }) {
      const dataDir = makeFolder(`trouble-${name}`);
      const bed = await startBed({ proxy: true, ...options, dataDir });
      await bed.createWorkflow(WORK, {
        call: bed.call('ms=5'),
        end: { type: 'transform', needs: ['call'], with: { value: 1 } },
      });
      const stand = createStand(bed, { checks, progress, dataDir });
      await tryOut(stand);
      const { id } = await createApiClient(bed.system.apiUrl, stand).submitRun(WORK);
      bed.accepted.push({ id, expected: null });
      await bed.settle();
      checks.rows(await bed.judge());
    },
  };
}

function createStand(
  bed: Bed,
  { checks, progress, dataDir }: Pick<DrillContext, 'checks' | 'progress'> & { dataDir: string },
) {
  const { system } = bed;
  let login = system.fetch;
  async function ask(path: string): Promise<Answer> {
    const url = new URL(path, system.apiUrl);
    const response = await login(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : null;
    return { status: response.status, body, headers: response.headers };
  }
  return {
    bed,
    checks,
    progress,
    /** Sends requests with a token that has all rights. */
    get fetch(): typeof globalThis.fetch {
      return login;
    },
    /** Requests a path with such a token. */
    ask,
    /** Requests `path` and notes the answer; a miss unless it is `expected`. */
    async see(what: string, path: string, expected: string): Promise<Answer> {
      const answer = await ask(path);
      checks.note(`${what} ${tell(answer)}`);
      checks.that(tell(answer) === expected, `${what}: ${tell(answer)}, not ${expected}`);
      return answer;
    },
    /** A miss unless the problem's detail contains `expected`. */
    seeDetail(answer: Answer, expected: string): void {
      const detail = String(answer.body?.['detail']);
      checks.note(`"${detail}"`);
      checks.that(detail.includes(expected), `"${detail}", not "${expected}"`);
    },
    /** Waits for a log line; a miss without one. */
    async seeLog(process: string, pattern: RegExp): Promise<void> {
      const file = join(dataDir, `logs/${process}.log`);
      const find = () =>
        readFileSync(file, 'utf8')
          .split('\n')
          .find((line) => pattern.test(line));
      const line = await waitUntil('a line', LOG_WITHIN_MS, find).catch(() => null);
      checks.that(line !== null, `no line ${pattern} in the log of ${process}`);
      if (line !== null) checks.note(`log of ${process}: "${messageOf(line).slice(0, SHOWN)}"`);
    },
    /** Waits until `path` gives the expected answer, and notes the time. */
    async well(path: string, expected: string): Promise<void> {
      const at = performance.now();
      const isWell = async () => tell(await ask(path)) === expected;
      await waitUntil(`${path} answers ${expected}`, WELL_WITHIN_MS, isWell);
      checks.note(`${expected} again after ${seconds(performance.now() - at)}`);
    },
    /** Restarts the API, and waits until the proxy sends it requests. */
    async restartApi(): Promise<void> {
      const [api] = system.apis;
      await api!.signal('SIGTERM');
      await api!.restart();
      await untilUsed(system, api!);
    },
    /** Uses a new token from now on. */
    logInAgain: () => void (login = fetchAs(createMachineToken(system.identityUrl))),
  };
}

/** E.g. `503 unavailable`; only the status if the answer has no `code`. */
function tell({ status, body }: Answer): string {
  const code = body?.['code'];
  return typeof code === 'string' ? `${status} ${code}` : String(status);
}

/** The message of a JSON log line or a PostgreSQL log line; otherwise the whole line. */
function messageOf(line: string): string {
  try {
    return String((JSON.parse(line) as { msg?: unknown }).msg ?? line);
  } catch {
    return line.replace(/^.* LOG: +/, '').trim();
  }
}
