import type { Pool } from 'pg';
import { startAudit } from '../audit.ts';
import { openDatabase } from '../database.ts';
import { type OwnServers, type OwnServersOptions, startOwnServers } from '../own-servers.ts';
import { startSystem, type System } from '../system.ts';
import { planFaults } from './fault-plan.ts';
import { type FaultLog, injectFaults } from './faults.ts';
import { startLoad } from './load.ts';
import { judge, type Verdict } from './verdict.ts';

export interface KillDrillOptions extends OwnServersOptions {
  seed: number;
  kills: number;
  workers: number;
  /** Runs kept going at once. */
  openRuns: number;
  leaseMs: number;
  /** After the last fault, for everything to come to its end. */
  settleWithinMs: number;
  say: (line: string) => void;
  /** Rejects to end the drill early; what it started is stopped. */
  interrupted: Promise<never>;
}

export interface KillDrillResult {
  verdict: Verdict;
  faults: FaultLog;
}

/**
 * Kills workers under load, takes Redis' memory and PostgreSQL's connections away in between, lets
 * everything settle and judges what is left. Servers and processes are its own.
 */
export async function drillKillingWorkers(options: KillDrillOptions): Promise<KillDrillResult> {
  const servers = await startOwnServers(options);
  const db = openDatabase(servers.databaseUrl);
  try {
    await startAudit(db);
    const system = await startSystem({
      ...options,
      databaseUrl: servers.databaseUrl,
      redisUrl: servers.redisUrl,
      env: {
        PATH: options.searchPath,
        WORKER_LEASE_MS: String(options.leaseMs),
        SIMULATOR_DIALS: JSON.stringify({ outputTokens: 8, firstTokenMs: 10 }),
      },
    });
    try {
      return await Promise.race([exercise({ servers, system, db }, options), options.interrupted]);
    } finally {
      // The verdict tells of those that ended by themselves.
      await system.end();
    }
  } finally {
    await db.end();
    await servers.stop();
  }
}

async function exercise(
  deps: { servers: OwnServers; system: System; db: Pool },
  options: KillDrillOptions,
): Promise<KillDrillResult> {
  const { system, db } = deps;
  const { say, workers, leaseMs, settleWithinMs } = options;
  const load = await startLoad({ api: system.api, simulatorUrl: system.simulator.url }, options);
  const plan = planFaults(options);
  say(`${plan.length} faults among ${workers} workers, leases shortened to ${leaseMs} ms`);
  const faults = await injectFaults(plan, deps);
  await load.endSubmissions();
  say(`faults over after ${load.accepted.length} runs, ${load.refusals()} requests repeated`);
  // Runs that do not settle are for the verdict to name.
  await system.api
    .waitUntilIdle({ timeoutMs: settleWithinMs, pollMs: 200 })
    .catch((error: Error) => say(error.message));
  await load.stop();
  const calls = await system.simulator.calls();
  const { accepted, serverErrors } = load;
  const deaths = system.deaths.lines;
  const seen = { accepted, serverErrors, kills: faults.kills, deaths, calls };
  return { faults, verdict: await judge(db, seen) };
}
