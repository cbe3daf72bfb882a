import { JobLater } from '@aio/platform/queues/queue-worker';

/** Gives jobs that have not started back to their queue while the database is away: other workers may reach it. */
export interface Outage {
  /**
   * @param work retries only while `isWanted` returns true
   * @throws JobLater if the database is away, or goes away before `work` ends
   */
  unlessAway<Result>(work: (isWanted: () => boolean) => Promise<Result>): Promise<Result>;
  begin(): void;
  end(): void;
}

export function createOutage(): Outage {
  const waiting = new Set<() => void>();
  let isAway = false;
  return {
    async unlessAway(work) {
      if (isAway) throw new JobLater(0);
      const { promise, reject } = Promise.withResolvers<never>();
      let isWanted = true;
      const giveBack = () => {
        isWanted = false;
        reject(new JobLater(0));
      };
      waiting.add(giveBack);
      try {
        return await Promise.race([work(() => isWanted), promise]);
      } finally {
        waiting.delete(giveBack);
      }
    },
    begin() {
      isAway = true;
      for (const giveBack of waiting) giveBack();
    },
    end() {
      isAway = false;
    },
  };
}
