import type { Bed } from '../../bed/bed.ts';

/** Sends all requests at once, and reads each answer to its end. @returns e.g. `58 x 200`, `2 x 429 too_busy` */
export async function countAnswers(
  count: number,
  send: (index: number) => Promise<Response>,
): Promise<string[]> {
  const answers = new Map<string, number>();
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const answer = await describe(send(index));
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }),
  );
  return [...answers].map(([answer, times]) => `${times} x ${answer}`);
}

async function describe(sent: Promise<Response>): Promise<string> {
  try {
    const response = await sent;
    if (!response.ok) {
      const { code = '' } = (await response.json()) as { code?: string };
      return `${response.status} ${code}`;
    }
    for await (const _ of response.body ?? []);
    return String(response.status);
  } catch {
    return 'no answer';
  }
}

/** @returns ends of steps and items that call something, e.g. `64 x failed response_too_large` */
export async function countCodes({ db }: Bed): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(`
    select concat(count(*), ' x ', status, ' ', error ->> 'code') as line from steps
    where kind in ('llm', 'http') group by status, error ->> 'code' order by count(*) desc`);
  return rows.map(({ line }) => line.trim());
}
