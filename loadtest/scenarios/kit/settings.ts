import type { LoadSettings } from '../../load/scenarios.ts';

const given = JSON.parse(open(__ENV['AIO_LOAD_SETTINGS'] ?? '')) as LoadSettings;

/** In containers, the file is the project's, and variables set the rate, the time and the address of the web UI. */
export const settings: LoadSettings = {
  ...given,
  webUrl: __ENV['LOAD_WEB_URL'] || given.webUrl,
  rate: Number(__ENV['LOAD_RATE'] || given.rate),
  seconds: Number(__ENV['LOAD_SECONDS'] || given.seconds),
};
