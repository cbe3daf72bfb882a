import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** WCAG 2.2 A and AA. */
const ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules whose outcome depends on the theme. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Violations on the page as it is, one line each; [] = none. */
export async function checkAccessibility(
  page: Page,
  rules: 'all' | 'of colours' = 'all',
): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
  // Elements have other colours while they fade in. Does not wait for spinners, which never end.
  await page.evaluate(
    `Promise.allSettled(document.getAnimations()
      .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity).map(({ finished }) => finished))`,
  );
  const { violations } = await page.evaluate(
    (runOnly) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly,
        resultTypes: ['violations'],
      }),
    rules === 'all' ? ALL : OF_COLOURS,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(' ')}`),
  );
}
