import { startAudit } from '../audit.ts';
import { openDatabase } from '../database.ts';
import { startOwnServers } from '../own-servers.ts';
import { startSystem } from '../system.ts';
import { planFaults } from './fault-plan.ts';
import { type FaultLog, injectFaults } from './faults.ts';
import { startLoad } from './load.ts';
import { judge, type Verdict } from './verdict.ts';

export interface KillDrillOptions {
  seed: number;
  kills: number;
  workers: number;
  /** Runs kept going at once. */
  openRuns: number;
  leaseMs: number;
  /** After the last fault, for everything to come to its end. */
  settleWithinMs: number;
  /** For the servers' data and all logs. */
  dataDir: string;
  searchPath: string;
  say: (line: string) => void;
}

/**
 * Kills workers under load, takes Redis' memory and PostgreSQL's connections away in between, lets
 * everything settle and judges what is left. Servers and processes are its own.
 */
export async function drillKillingWorkers(
  options: KillDrillOptions,
): Promise<{ verdict: Verdict; faults: FaultLog }> {
  const { say, dataDir, searchPath, workers, leaseMs } = options;
  const servers = await startOwnServers({ dataDir, searchPath });
  const db = openDatabase(servers.databaseUrl);
  try {
    await startAudit(db);
    const system = await startSystem({
      ...options,
      databaseUrl: servers.databaseUrl,
      redisUrl: servers.redisUrl,
      env: {
        PATH: searchPath,
        WORKER_LEASE_MS: String(leaseMs),
        SIMULATOR_DIALS: JSON.stringify({ outputTokens: 8, firstTokenMs: 10 }),
      },
    });
    try {
      const deps = { api: system.api, simulatorUrl: system.simulator.url };
      const load = await startLoad(deps, options);
      const plan = planFaults(options);
      say(`${plan.length} faults among ${workers} workers, leases shortened to ${leaseMs} ms`);
      const faults = await injectFaults(plan, { system, servers });
      await load.endSubmissions();
      say(`faults over after ${load.accepted.length} runs, ${load.refusals()} requests repeated`);
      const patience = { timeoutMs: options.settleWithinMs, pollMs: 200 };
      // Runs that do not settle are for the verdict to name.
      await system.api.waitUntilIdle(patience).catch((error: Error) => say(error.message));
      await load.stop();
      const calls = await system.simulator.calls();
      return { faults, verdict: await judge(db, { accepted: load.accepted, faults, calls }) };
    } finally {
      await system.stop();
    }
  } finally {
    await db.end();
    await servers.stop();
  }
}
