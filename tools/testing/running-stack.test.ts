import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shiftPorts } from '../process/ports.ts';
import { OFFSETS } from './running-stack.ts';

/** Of workers, and of APIs behind a proxy. */
const REPLICAS = 4;

test('stacks at different offsets share no port', () => {
  const taken = new Map<number, number>();
  for (const offset of OFFSETS) {
    const { workerMetrics, apiReplicas, apiReplicaMetrics, ...others } = shiftPorts(offset);
    const replicas = [workerMetrics, apiReplicas, apiReplicaMetrics].flatMap((first) =>
      Array.from({ length: REPLICAS }, (_, index) => first + index),
    );
    for (const port of [...Object.values(others), ...replicas]) {
      assert.ok(!taken.has(port), `${port}: offsets ${taken.get(port)} and ${offset}`);
      taken.set(port, offset);
    }
  }
});
