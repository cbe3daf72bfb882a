import { JobLater } from '@aio/platform/queue-worker';

/** What was taken from a queue and not begun goes back as soon as the database is away: other workers may reach it. */
export interface Outage {
  /**
   * @param work goes on for as long as `isWanted` says so
   * @throws JobLater when the database is away, or becomes so before it is done
   */
  unlessAway<Result>(work: (isWanted: () => boolean) => Promise<Result>): Promise<Result>;
  /** The database is away. */
  begin(): void;
  /** It answers again. */
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
