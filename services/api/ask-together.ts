interface Asked<Answer> {
  answer: Promise<Answer>;
  next: Promise<Answer> | null;
}

/**
 * Shares one call of `ask` among concurrent callers: 500 first submissions made 1,000 queries for 20
 * connections. A caller that arrives during a call shares the next one, because the current answer
 * may be older than the change that it has just seen.
 */
export function askTogether<Answer>(
  ask: (key: string) => Promise<Answer>,
): (key: string) => Promise<Answer> {
  const underWay = new Map<string, Asked<Answer>>();

  function start(key: string): Promise<Answer> {
    const asked: Asked<Answer> = { answer: ask(key), next: null };
    underWay.set(key, asked);
    const end = () => {
      if (asked.next === null) underWay.delete(key);
    };
    asked.answer.then(end, end);
    return asked.answer;
  }

  return (key) => {
    const asked = underWay.get(key);
    if (asked === undefined) return start(key);
    const again = () => start(key);
    return (asked.next ??= asked.answer.then(again, again));
  };
}
