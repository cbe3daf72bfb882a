import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { SCENARIO_NAMES } from '../load/scenarios.ts';

const loadtest = resolve(import.meta.dirname, '..');
const k6 = process.env.TEST_K6_PATH;
const withK6 = { skip: k6 ? false : 'no k6 on this machine; `npm run servers -- k6` builds it' };

for (const name of SCENARIO_NAMES) {
  test(`k6 runs generated/${name}.js at the rate in the environment`, withK6, () => {
    const script = join(loadtest, 'generated', `${name}.js`);
    const inspect = (env: Record<string, string>) => {
      const { status, stdout, stderr } = spawnSync(
        k6 as string,
        ['inspect', '--include-system-env-vars', script],
        {
          env: { AIO_LOAD_SETTINGS: join(loadtest, 'scenarios/compose.json'), ...env },
          encoding: 'utf8',
        },
      );
      assert.equal(status, 0, stderr);
      const { scenarios, thresholds } = JSON.parse(stdout) as Record<string, object>;
      assert.ok(Object.keys(thresholds ?? {}).length > 0);
      return JSON.stringify(scenarios);
    };
    const asked = inspect({ LOAD_RATE: '3', LOAD_SECONDS: '7' });
    assert.notEqual(asked, inspect({}));
  });
}
