import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { FILES, readText, type Service, withDefaults } from '../testing/files.ts';

/** Ports of this machine that a Compose file publishes by default. */
function publishedBy(file: string): number[] {
  const { services } = parse(readText(file), { merge: true }) as {
    services: Record<string, Service>;
  };
  return Object.values(services).flatMap(({ ports = [] }) =>
    ports.map((port) => Number(withDefaults(port).split(':').at(-2))),
  );
}

/** Rows of the table of addresses: what, by `npm start`, in containers. */
function readAddresses(): string[][] {
  const [, ...lines] = readText('README.md').split(/^(?=\| what .*in containers)/m);
  const [table = ''] = lines.join('').split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').slice(1, -1));
}

test('addresses that the README has in containers are published, with the file that it names', () => {
  const rows = readAddresses();
  const [first, second] = FILES.map(publishedBy);
  const listed = rows.flatMap(([what = '', , text = '']) =>
    [...text.matchAll(/localhost:(\d+)/g)].map(([, port]) => {
      const file = /second file/.test(text) ? second : first;
      assert.ok(file?.includes(Number(port)), `${what.trim()}: ${port}`);
      return Number(port);
    }),
  );
  assert.ok(listed.length >= 8, 'the table is there');
});

test('workers grow by one metric, whichever page or autoscaler says so', () => {
  const named = [
    /^\| more work +\| more workers, by `(\w+)`/m.exec(readText('services/README.md')),
    /Workers: by `(\w+)`/.exec(readText('services/compose/README.md')),
    /`(\w+)` is backlog \/ throughput/.exec(readText('deploy/kubernetes/README.md')),
    /query: max\((\w+)\{/.exec(readText('deploy/kubernetes/components/keda/scaled-objects.yaml')),
    /MetricName: (\w+)/.exec(readText('deploy/ecs/template.yaml')),
  ].map((found) => found?.[1]);
  assert.deepEqual(
    named,
    named.map(() => 'aio_queue_expected_wait_seconds'),
  );
});
