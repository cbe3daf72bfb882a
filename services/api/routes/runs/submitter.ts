import { isUnavailable } from '@aio/platform/database-error';
import {
  keyConflict,
  type Submission,
  type SubmissionResult,
  type Submitted,
} from '@aio/platform/queries/submit-runs';
import { withoutTrace } from '@aio/runtime/trace-context';
import { MOST_WAIT_MS, tooLate } from './wait-budget.ts';

export interface Submitter {
  /**
   * null = the version is no longer the latest.
   * @throws AioError `idempotency_conflict`, `unavailable`
   */
  submit(submission: Submission): Promise<Submitted | null>;
}

export interface SubmitterDeps {
  /** Answers in the order of the submissions. */
  submitRuns(submissions: readonly Submission[]): Promise<readonly SubmissionResult[]>;
  now?: () => number;
}

interface Waiting {
  submission: Submission;
  /** When its request has been answered without it. */
  untilMs: number;
  resolve(submitted: Submitted | null): void;
  reject(error: unknown): void;
}

/** More groups at once would only wait in the database. */
const MAX_IN_FLIGHT = 2;
const MAX_BATCH = 100;
const MAX_BATCH_CHARACTERS = 2 * 1024 * 1024;

/**
 * Accepts runs with group commit. While two groups are in the database, new submissions form the next
 * group. A single submission is sent at once.
 */
export function createSubmitter(deps: SubmitterDeps): Submitter {
  const { now = () => performance.now() } = deps;
  const waiting: Waiting[] = [];
  let inFlight = 0;

  function flush(): void {
    while (waiting[0] !== undefined && waiting[0].untilMs <= now())
      waiting.shift()?.reject(tooLate());
    if (waiting.length === 0 || inFlight === MAX_IN_FLIGHT) return;
    inFlight += 1;
    submitGroup(deps, takeGroup(waiting)).finally(() => {
      inFlight -= 1;
      flush();
    });
    flush();
  }

  return {
    submit: (submission) =>
      new Promise((resolve, reject) => {
        waiting.push({ submission, untilMs: now() + MOST_WAIT_MS, resolve, reject });
        // A group's query belongs to all members, so it is in no member's trace.
        withoutTrace(() => setImmediate(flush));
      }),
  };
}

/** Takes the next submissions, up to the limits of one statement, but at least one. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  let characters = 0;
  const end = waiting.findIndex(({ submission }, index) => {
    characters += submission.input.length;
    return index > 0 && (index === MAX_BATCH || characters > MAX_BATCH_CHARACTERS);
  });
  return waiting.splice(0, end === -1 ? waiting.length : end);
}

/** Settles every member; never rejects. */
async function submitGroup(deps: SubmitterDeps, group: readonly Waiting[]): Promise<void> {
  let results: readonly SubmissionResult[];
  try {
    results = await deps.submitRuns(group.map(({ submission }) => submission));
  } catch (error) {
    if (group.length > 1 && !isUnavailable(error)) {
      // Splits the group, so that one bad submission fails alone.
      await Promise.all(group.map((one) => submitGroup(deps, [one])));
    } else {
      for (const { reject } of group) reject(error);
    }
    return;
  }
  for (const [index, { resolve, reject }] of group.entries()) {
    const result = results[index];
    if (result === undefined || 'conflict' in result) reject(keyConflict());
    else resolve('outdated' in result ? null : result);
  }
}
