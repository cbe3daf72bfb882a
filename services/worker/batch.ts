import { withoutTrace } from '@aio/runtime/trace-context';

/**
 * Gathers what is asked for in one turn of the event loop and asks for it in one statement, of which two at most
 * are under way. A group commit without a timer: a batch is one item when idle and as many as there are when busy.
 * The statement is part of no item's trace.
 */
export function createBatch<Item, Answer>(options: {
  /** Answers in the order of the items. */
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Items of one statement. */
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
