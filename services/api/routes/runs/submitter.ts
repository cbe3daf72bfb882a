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
   * @param tell called when it is on its way with none beside it: it does not wait for others; null = it may
   * @throws AioError `idempotency_conflict`, `unavailable`
   */
  submit(submission: Submission, tell: (() => void) | null): Promise<Submitted | null>;
  /** Whether no run is on its way. */
  isIdle(): boolean;
}

export interface SubmitterDeps {
  /** Answers in the order of the submissions. */
  submitRuns(submissions: readonly Submission[]): Promise<readonly SubmissionResult[]>;
  submitAlone(submission: Submission, onSent: () => void): Promise<SubmissionResult>;
}

interface Waiting {
  submission: Submission;
  tell: (() => void) | null;
  resolve(submitted: Submitted | null): void;
  reject(error: unknown): void;
}

/** More at once only makes the database's own queue longer. */
const MAX_IN_FLIGHT = 2;
const MAX_BATCH = 100;
const MAX_BATCH_CHARACTERS = 2 * 1024 * 1024;

/**
 * Accepts runs in groups: those that arrive while two groups are on their way are the next one. A
 * lone submission goes at once; under load one commit serves many.
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
    submit: (submission, tell) =>
      new Promise((resolve, reject) => {
        waiting.push({ submission, tell, resolve, reject });
        // A group's queries are of all its members, and not of the one that had it flushed.
        withoutTrace(() => {
          if (tell !== null) flush();
          else setImmediate(flush);
        });
      }),
    isIdle: () => waiting.length === 0 && inFlight === 0,
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
    const [first, second] = group;
    if (first?.tell && second === undefined) {
      results = [await deps.submitAlone(first.submission, first.tell)];
    } else {
      results = await deps.submitRuns(group.map(({ submission }) => submission));
    }
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
