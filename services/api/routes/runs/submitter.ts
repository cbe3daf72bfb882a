import { isUnavailable } from '@aio/platform/database-error';
import {
  keyConflict,
  type SeenEarly,
  type Submission,
  type SubmissionResult,
  type Submitted,
} from '@aio/platform/queries/submit-runs';
import { withoutTrace } from '@aio/runtime/trace-context';

/** A run whose row is there. */
export interface Written extends Submitted {
  /** Resolves when it is on disk: only then may it be said that it is accepted. Rejects as a query does. */
  onDisk: Promise<void>;
}

export interface Submitter {
  /**
   * null = its version is not the latest any more.
   * @param isTold workers know of it: it goes at once, and with none beside it by `submitAlone`
   * @throws AioError `idempotency_conflict`, `unavailable`
   */
  submit(submission: Submission, isTold: boolean): Promise<Written | null>;
  /** Whether no run is on its way. */
  isIdle(): boolean;
}

export interface SubmitterDeps {
  /** Answers in the order of the submissions. */
  submitRuns(submissions: readonly Submission[]): Promise<readonly SubmissionResult[]>;
  submitAlone(submission: Submission): Promise<SeenEarly>;
}

interface Waiting {
  submission: Submission;
  isTold: boolean;
  resolve(written: Written | null): void;
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
    submit: (submission, isTold) =>
      new Promise((resolve, reject) => {
        waiting.push({ submission, isTold, resolve, reject });
        // A group's queries are of all its members, and not of the one that had it flushed.
        withoutTrace(() => {
          // A worker that has been told looks for the row by now.
          if (isTold) flush();
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
  let onDisk: Promise<void> = Promise.resolve();
  try {
    const [first, second] = group;
    if (first?.isTold && second === undefined) {
      const seen = await deps.submitAlone(first.submission);
      results = [seen.result];
      onDisk = seen.onDisk;
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
    else resolve('outdated' in result ? null : { ...result, onDisk });
  }
  await onDisk.catch(() => undefined);
}
