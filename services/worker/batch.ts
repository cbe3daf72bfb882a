import { withoutTrace } from '@aio/runtime/trace-context';

/**
 * Collects the items of one turn of the event loop into one statement; at most two statements are under way. There is no
 * timer: an idle worker sends one item, a busy one as many as have gathered. The statement belongs to no item's trace.
 */
export function createBatch<Item, Answer>(options: {
  /** Returns the answers in the order of the items. */
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Most items in one statement. */
  most: number;
}): (item: Item) => Promise<Answer> {
  const STATEMENTS_IN_FLIGHT = 2;
  let waiting: {
    item: Item;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
  }[] = [];
  let inFlight = 0;
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    while (inFlight < STATEMENTS_IN_FLIGHT && waiting.length > 0) {
      const batch = waiting.slice(0, options.most);
      waiting = waiting.slice(options.most);
      inFlight++;
      options
        .ask(batch.map(({ item }) => item))
        .then(
          (answers) => batch.forEach(({ resolve }, index) => resolve(answers[index]!)),
          (error: unknown) => batch.forEach(({ reject }) => reject(error)),
        )
        .finally(() => {
          inFlight--;
          flush();
        });
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(() => withoutTrace(flush));
    });
}
