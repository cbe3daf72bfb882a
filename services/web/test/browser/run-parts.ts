import type { TestContext } from 'node:test';
import type { Browser } from './open-browser.ts';

/** A part of a test: adds its tests to `t`. */
type Part<Stand> = (t: TestContext, stand: Stand) => Promise<void>;

/**
 * Runs parts of a test in their order, on one stand of servers and one browser. `TEST_PARTS=editor,trace` runs only
 * these.
 */
export async function runParts<Stand extends { browser: Browser }>(
  t: TestContext,
  stand: Stand,
  parts: Readonly<Record<string, Part<Stand>>>,
): Promise<void> {
  const wanted = process.env.TEST_PARTS?.split(',') ?? Object.keys(parts);
  for (const [name, part] of Object.entries(parts))
    if (wanted.includes(name)) await t.test(name, (t) => part(t, stand));
  await t.test('pages stay on the site, throw nothing and break no policy', () =>
    stand.browser.assertClean(),
  );
}
