/** Can a user log in and start a run in a browser? Makes `--rate` checks a minute, one after the other. */
import { journeyThresholds } from '@aio/catalog/objectives/load-thresholds';
import { browser } from 'k6/browser';
import { takeJourney } from './kit/journey.ts';
import { loadOptions, offered } from './kit/options.ts';
import { settings } from './kit/settings.ts';
import { JOURNEY } from './kit/workflows.ts';

export const options = loadOptions(
  {
    browser: {
      executor: 'constant-arrival-rate',
      rate: settings.rate,
      timeUnit: '1m',
      duration: `${settings.seconds}s`,
      gracefulStop: '60s',
      preAllocatedVUs: 1,
      maxVUs: 2,
      options: { browser: { type: 'chromium' } },
    },
  },
  { thresholds: { ...journeyThresholds(), ...offered(settings.rate / 60) } },
);

export default async function check(): Promise<void> {
  const context = await browser.newContext({ locale: 'en' });
  try {
    await takeJourney(await context.newPage(), JOURNEY);
  } finally {
    await context.close();
  }
}
