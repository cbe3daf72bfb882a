interface Asked<Answer> {
  answer: Promise<Answer>;
  next: Promise<Answer> | null;
}

/**
 * A question asked once for all who have it at a time: five hundred that find nothing kept do not queue for the
 * database's connections. Who comes while it is being asked shares the next asking, for this one's answer may be
 * older than what they have been told.
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
