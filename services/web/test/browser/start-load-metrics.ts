import type { TestContext } from 'node:test';
import { FOREIGN_SERIES } from '@aio/catalog/foreign-series';
import { startUpstream } from '../server/start-server.ts';

/**
 * Exposes one series of every metric that k6 writes during a load test; each scrape reads larger values.
 * @returns its port
 */
export async function startLoadMetrics(t: TestContext): Promise<number> {
  let scrapes = 0;
  const url = await startUpstream(t, (_, response) => {
    scrapes += 1;
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(expose(scrapes));
  });
  return Number(new URL(url).port);
}

function expose(scrapes: number): string {
  const lines = Object.entries(FOREIGN_SERIES)
    .filter(([name]) => name.startsWith('k6_'))
    .map(([name, labels], index) => {
      const pairs = labels.map((label) => `${label}="sample"`).join(',');
      return `${name}{${pairs}} ${(scrapes * (index + 1)) / 100}`;
    });
  return `${lines.join('\n')}\n`;
}
