import type { Game, GameFault, GamePromise } from '@aio/catalog/game-days';

const PROMISE: GamePromise = {
  alerts: [
    {
      alert: 'NoWorkerUp',
      labels: {},
      severity: 'page',
      withinSeconds: 120,
      measured: { firing: 61, arrived: 64.5, resolved: 28 },
    },
  ],
  mayFire: ['OldestJobAge', 'TargetDown{job="worker"}'],
  lastsSeconds: null,
  users: 'The API accepts their runs, and none continues.',
  engine: 'The runs wait in PostgreSQL.',
};

/** Faults as the controller lists them; the last one cannot run. */
export function sampleFaults(): GameFault[] {
  const fault = (name: string, hits: GameFault['hits'], what: string): GameFault => ({
    name,
    what,
    hits,
    promise: PROMISE,
    unavailable: null,
  });
  return [
    fault('no-worker', 'workers', 'all workers are killed (kill -9) and stay down'),
    fault('slow-service', 'service', 'a service that workflows call takes 11 s instead of 20 ms'),
    fault('flood', 'queue', 'one owner submits 3000 runs'),
    {
      ...fault('frozen-database', 'postgres', 'PostgreSQL stands still (SIGSTOP) for 75 s'),
      promise: { ...PROMISE, alerts: [], mayFire: [], lastsSeconds: 75 },
      unavailable: 'npm start did not start PostgreSQL',
    },
  ];
}

/** A game that has begun just now, with these changes. */
export function sampleGame(changes: Partial<Game> = {}): Game {
  return {
    id: 'a-game',
    state: 'broken',
    isBlind: false,
    fault: 'no-worker',
    startedAt: Date.now(),
    brokenAt: Date.now(),
    mendedBy: Date.now() + 600_000,
    line: [{ kind: 'fault', at: Date.now(), seconds: 0, what: 'all workers are killed' }],
    wrong: [],
    panels: [],
    guess: null,
    verdict: null,
    ...changes,
  };
}
