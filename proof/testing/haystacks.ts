import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAllRows } from '@aio/platform/testing/all-rows';
import type { TestSystem } from '@aio/tools/testing/test-system';

/** All texts that AIO has stored, logged, exported or answered, by place. */
export type Haystacks = Readonly<Record<string, string>>;

/** @param others further texts, e.g. spans */
export async function collectHaystacks(
  system: TestSystem,
  runIds: readonly string[],
  others: Haystacks,
): Promise<Haystacks> {
  const logs = readdirSync(system.logsDir).filter((name) => /^(api|worker)/.test(name));
  const metrics = [...system.apis, ...system.workers].map(({ metricsUrl }) => readText(metricsUrl));
  return {
    ...others,
    logs: logs.map((name) => readFileSync(join(system.logsDir, name), 'utf8')).join('\n'),
    metrics: (await Promise.all(metrics)).join('\n'),
    rows: await readAllRows((text) => system.db.query(text)),
    answers: (await readAnswers(system, runIds)).join('\n'),
    streams: (await Promise.all(runIds.map((id) => readStream(system, id)))).join('\n'),
  };
}

/** The API's answers to GET requests for these runs and for all lists. */
async function readAnswers({ api }: TestSystem, runIds: readonly string[]): Promise<string[]> {
  const get = async (path: string) => (await api.request('GET', path)).text();
  const lists = [
    'runs',
    'workflows',
    'secrets',
    'events',
    'approvals',
    'queues',
    'workers',
    'audit',
  ];
  const answers = await Promise.all(lists.map((list) => get(`/${list}`)));
  for (const id of runIds) {
    const run = await get(`/runs/${id}`);
    answers.push(run);
    const { steps } = JSON.parse(run) as { steps: { id: string }[] };
    for (const step of steps) {
      const path = `/runs/${id}/steps/${step.id}`;
      const queries = ['', '?iteration=0', '?iteration=23'].map((query) => `/logs${query}`);
      for (const what of ['/items', ...queries]) answers.push(await get(path + what));
    }
  }
  return answers;
}

async function readText(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** The event stream of a run that has ended, from its first event to its last. */
async function readStream(system: TestSystem, runId: string): Promise<string> {
  const events = await Array.fromAsync(system.api.followRun(runId));
  return JSON.stringify(events);
}

/** Finds the word as it is, in hex and in base64. @returns each place with the text around the word */
export function findWord(word: string, haystacks: Haystacks): string[] {
  const spellings = [word, Buffer.from(word).toString('hex'), ...base64Of(word)];
  return Object.entries(haystacks).flatMap(([place, text]) => {
    const at = Math.max(...spellings.map((spelling) => text.indexOf(spelling)));
    return at === -1 ? [] : [`${place}: ${text.slice(Math.max(0, at - 100), at + 100)}`];
  });
}

/** The parts that the base64 of every text with the word contains, one for each offset of the word. */
function base64Of(word: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('.'.repeat(before) + word).toString('base64url');
    return encoded.slice(4, -4);
  });
}
