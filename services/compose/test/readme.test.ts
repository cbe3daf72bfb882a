import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { FILES, readText, type Service, withDefaults } from '../testing/files.ts';

/** Default ports of the host that a Compose file publishes. */
function publishedBy(file: string): number[] {
  const { services } = parse(readText(file), { merge: true }) as {
    services: Record<string, Service>;
  };
  return Object.values(services).flatMap(({ ports = [] }) =>
    ports.map((port) => Number(withDefaults(port).split(':').at(-2))),
  );
}

/** Rows of the README's table of addresses: what, by `npm start`, in containers. */
function readAddresses(): string[][] {
  const [, ...lines] = readText('README.md').split(/^(?=\| what .*in containers)/m);
  const [table = ''] = lines.join('').split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').slice(1, -1));
}

test("the Compose files publish the addresses of the README's table", () => {
  const rows = readAddresses();
  const published = FILES.flatMap(publishedBy);
  const listed = rows.flatMap(([what = '', , text = '']) =>
    [...text.matchAll(/localhost:(\d+)/g)].map(([, port]) => {
      assert.ok(published.includes(Number(port)), `${what.trim()}: ${port}`);
      return Number(port);
    }),
  );
  assert.ok(listed.length >= 8, 'the README has the table');
});

test('the documents and the autoscalers scale workers by the same metric', () => {
  const named = [
    /^\| more work +\| more workers, by `(\w+)`/m.exec(readText('services/README.md')),
    /query: max\((\w+)\{/.exec(readText('deploy/kubernetes/components/keda/scaled-objects.yaml')),
    /MetricName: (aio_\w+)/.exec(readText('deploy/ecs/template.yaml')),
  ].map((found) => found?.[1]);
  assert.deepEqual(
    named,
    named.map(() => 'aio_queue_expected_wait_seconds'),
  );
});
