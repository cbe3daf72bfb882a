import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { findK6 } from '../servers/k6.ts';
import type { Shop } from './run-shop.ts';
import type { KitOptions } from './verify.ts';

/** k6's exit code when a threshold does not hold. */
const THRESHOLD_CROSSED = 99;

/** The load test passes; without the tag, and on a slowed service, it fails. */
export async function tryLoads(options: KitOptions, folder: string, shop: Shop): Promise<void> {
  const { programDir, searchPath, say } = options;
  const k6 = findK6({ dataDir: programDir, searchPath });
  if (k6 === undefined) return say('load', 'no k6: npm run servers -- k6', true);
  const expectCode = async (expected: number, script: string) => {
    const args = ['run', '--quiet', '--env', `SHOP_URL=${shop.url}`, script];
    const child = spawn(k6, args, { cwd: folder, env: { PATH: searchPath }, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== expected) throw new Error(`k6 run ${script} ended with ${code}, not ${expected}`);
  };
  await expectCode(0, 'load.k6.js');
  say('load', 'the thresholds hold');
  const script = readFileSync(join(folder, 'load.k6.js'), 'utf8');
  writeFileSync(join(folder, 'untagged.k6.js'), script.replace("tags: { kind: 'order' }", ''));
  await expectCode(THRESHOLD_CROSSED, 'untagged.k6.js');
  say('load without the tag', 'k6 fails: no request has the tag of the thresholds');
  const slowed = slowDown(shop.databaseUrl);
  await expectCode(THRESHOLD_CROSSED, 'load.k6.js');
  await slowed;
  say('load on a slowed service', 'k6 fails: requests wait for a locked table');
}

/** For eight seconds, locks the table of orders again and again. */
async function slowDown(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query(`do $$ begin
    for i in 1..20 loop
      lock table orders in access exclusive mode;
      perform pg_sleep(0.4);
      commit;
    end loop;
  end $$`);
  await client.end();
}
