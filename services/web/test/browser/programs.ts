/** Paths of the programs that browser tests need, found by `npm test`; undefined = this machine does not have it. */
export const PROGRAMS = {
  chromium: process.env.TEST_CHROMIUM_PATH,
  webServer: process.env.TEST_WEB_SERVER_PATH,
  prometheus: process.env.TEST_PROMETHEUS_PATH,
  promtool: process.env.TEST_PROMTOOL_PATH,
};

const HINTS: Readonly<Record<keyof typeof PROGRAMS, string>> = {
  chromium: 'TEST_CHROMIUM_PATH (a Chromium: run "npm test")',
  webServer: 'TEST_WEB_SERVER_PATH (the built server: run "npm test")',
  prometheus: 'a Prometheus (`npm run servers -- prometheus`)',
  promtool: 'promtool (`npm run servers -- prometheus`)',
};

/** @returns why a test that needs these programs is skipped; false = this machine has all of them */
export function skipWithout(...names: (keyof typeof PROGRAMS)[]): string | false {
  const missing = names.filter((name) => PROGRAMS[name] === undefined);
  return missing.length > 0 && `needs ${missing.map((name) => HINTS[name]).join(' and ')}`;
}
