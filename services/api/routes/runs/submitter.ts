import { isUnavailable } from '@aio/platform/database-error';
import {
  keyConflict,
  type Submission,
  type SubmissionResult,
  type Submitted,
} from '@aio/platform/queries/submit-runs';
import { withoutTrace } from '@aio/runtime/trace-context';

export interface Submitter {
  /**
   * null = its version is not the latest any more.
   * @throws AioError `idempotency_conflict`, `unavailable`
   */
  submit(submission: Submission): Promise<Submitted | null>;
}

export interface SubmitterDeps {
  /** Answers in the order of the submissions. */
  submitRuns(submissions: readonly Submission[]): Promise<readonly SubmissionResult[]>;
}

interface Waiting {
  submission: Submission;
  resolve(submitted: Submitted | null): void;
  reject(error: unknown): void;
}

/** More at once only makes the database's own queue longer. */
const MAX_IN_FLIGHT = 2;
const MAX_BATCH = 100;
const MAX_BATCH_CHARACTERS = 2 * 1024 * 1024;

/**
 * Accepts runs in groups: those that arrive while two groups are on their way are the next one. A
 * lone submission goes at once, under load one commit serves many.
 */
export function createSubmitter(deps: SubmitterDeps): Submitter {
  const waiting: Waiting[] = [];
  let inFlight = 0;

  function flush(): void {
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
        waiting.push({ submission, resolve, reject });
        // A group's queries are of all its members, and not of the one that had it flushed.
        withoutTrace(() => setImmediate(flush));
      }),
  };
}

/** The next ones in order, as many as make one statement of a decent size; one at least. */
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
      // One of them is at fault: alone, it takes nobody along.
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
