import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const api = (instance: string) => ({ job: 'api', instance }) as const;
const oldest = (instance: string) => select('queueOldestAge', { queue: 'llm', ...api(instance) });
const stuck = (reason: 'unclaimed' | 'lease_expired', instance = 'a') =>
  select('stuckRuns', { reason, ...api(instance) });
const waited = (owner: string, instance = 'a') =>
  select('ownerOldestAge', { owner, ...api(instance) });
const starts = (perMinute: number): RuleCase['given'] => [
  [select('queueStarts', { queue: 'llm', ...api('a') }), `${perMinute}x60`],
];
/** An owner's backlog grows, others wait for a second, and the queue moves. */
const flood: RuleCase['given'] = [
  [waited('flood'), '0+60x60'],
  [waited('grace'), '1x60'],
  ...starts(90),
];

export const QUEUE_CASES: readonly RuleCase[] = [
  ...casesOf('OldestJobAge', [
    fires(
      'the queue stands still',
      '10m',
      [
        [oldest('a'), '0+60x60'],
        [oldest('b'), '0+60x60'],
      ],
      { labels: { queue: 'llm' }, summary: 'The oldest job in queue llm has waited 10m 0s' },
    ),
    quiet('four minutes in the queue', '20m', [[oldest('a'), '0+60x4 240x60']]),
    quiet('one owner submitted more than the workers can do', '20m', [
      [oldest('a'), '0+60x60'],
      ...flood,
    ]),
    fires('two owners wait', '10m', [[oldest('a'), '0+60x60'], ...flood, [waited('ada'), '4x60']], {
      labels: { queue: 'llm' },
      summary: 'The oldest job in queue llm has waited 10m 0s',
    }),
    fires(
      'one owner waits, and nothing starts',
      '10m',
      [[oldest('a'), '0+60x60'], [waited('flood'), '0+60x60'], ...starts(0)],
      { labels: { queue: 'llm' }, summary: 'The oldest job in queue llm has waited 10m 0s' },
    ),
  ]),
  ...casesOf('OwnerBacklog', [
    fires(
      'others wait for a second; two replicas report it',
      '10m',
      [...flood, [waited('flood', 'b'), '0+60x60']],
      {
        labels: { owner: 'flood' },
        summary: 'The oldest work of flood has waited 10m 0s; nobody else waits long',
      },
    ),
    quiet('another owner waits, too', '10m', [...flood, [waited('ada'), '4x60']]),
    quiet('the owner waits half a minute', '20m', [[waited('flood'), '30x60'], ...starts(90)]),
  ]),
  ...casesOf('StuckRuns', [
    fires(
      'runs that no worker claims',
      '10m',
      [
        [stuck('unclaimed'), '0 3x60'],
        [stuck('unclaimed', 'b'), '0 3x60'],
        [stuck('lease_expired'), '0x60'],
      ],
      { labels: { reason: 'unclaimed' }, summary: '3 runs are stuck: unclaimed' },
    ),
    quiet('runs that were stuck for three minutes', '10m', [[stuck('unclaimed'), '0 3x2 0x60']]),
  ]),
];
