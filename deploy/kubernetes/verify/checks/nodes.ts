import { NAMESPACE } from '../manifest.ts';
import type { Report } from '@aio/compose/verify/report';
import { tryUntil } from '@aio/compose/verify/checks/try-until';
import { StackError } from '@aio/stack/stack-error';
import { join } from 'node:path';
import type { Kubectl } from '../cluster/kubectl.ts';
import { NODES } from '../cluster/simulation.ts';

interface Pod {
  metadata: { name: string };
  spec: { nodeName?: string };
  status: { conditions?: { type: string; status: string }[] };
}

interface Deployment {
  spec: { replicas: number };
  status: { availableReplicas?: number };
}

const SCALED = 'aio-worker-http';
const ROLLED = 'aio-api';
const REPLACED_WITHIN_MS = 60_000;

/** Scales, updates and drains the base on simulated nodes. */
export async function tryOnNodes(
  report: Report,
  kubectl: Kubectl,
  manifests: string,
): Promise<void> {
  const run = (...args: string[]) => kubectl.run([`--namespace=${NAMESPACE}`, ...args]);
  const waitFor = (condition: string, ...what: string[]) =>
    run('wait', `--for=${condition}`, ...what, '--timeout=90s');
  const allAvailable = () => waitFor('condition=Available', 'deployment', '--all');
  const read = async <Value>(...args: string[]) =>
    JSON.parse((await run('get', ...args, '--output=json')).stdout) as Value;
  const podsOf = async (selector: string) =>
    (await read<{ items: Pod[] }>('pods', `--selector=${selector}`)).items;

  const isUp = await report.step('every Deployment is available', async () => {
    await allAvailable();
    await waitFor('condition=Complete', 'job/aio-migrate');
    const pods = await podsOf('app.kubernetes.io/name=aio');
    return `${pods.length} pods; the migration is complete`;
  });
  if (!isUp) return;
  await report.step('the HorizontalPodAutoscaler keeps two APIs', async () => {
    await waitFor('jsonpath={.status.availableReplicas}=2', `deployment/${ROLLED}`);
    return '';
  });
  await report.step('six workers, spread over the zones', async () => {
    await run('scale', `deployment/${SCALED}`, '--replicas=6');
    await waitFor('jsonpath={.status.availableReplicas}=6', `deployment/${SCALED}`);
    const used = (await podsOf('lane=http')).map(({ spec }) => spec.nodeName ?? '');
    const counts = NODES.map((node) => used.filter((one) => one === node).length);
    if (Math.max(...counts) - Math.min(...counts) > 1)
      throw new StackError(`the workers are not spread: ${counts.join(', ')} per node`);
    return counts.join(', ');
  });
  await report.step('a rolling update keeps all APIs available', () => roll());
  await report.step('a killed worker is replaced', async () => {
    const before = (await podsOf('lane=llm')).map(({ metadata }) => metadata.name);
    const [victim = ''] = before;
    await run('delete', 'pod', victim, '--force', '--grace-period=0');
    const replaced = await tryUntil(
      'two workers, one of them new',
      REPLACED_WITHIN_MS,
      async () => {
        const now = (await podsOf('lane=llm')).filter(isReady).map(({ metadata }) => metadata.name);
        const [fresh] = now.filter((name) => !before.includes(name));
        return now.length === before.length && !now.includes(victim) ? fresh : undefined;
      },
    );
    return `${replaced} replaces ${victim}`;
  });
  await report.step('a node is drained within the budgets', async () => {
    const [node = ''] = NODES;
    await run('drain', node, '--delete-emptydir-data', '--timeout=100s');
    await allAvailable();
    const left = (await podsOf('app.kubernetes.io/name=aio')).filter(
      ({ spec }) => spec.nodeName === node,
    );
    if (left.length > 0) throw new StackError(`${left.length} pods are still on ${node}`);
    return `${node} is empty; everything is available on the others`;
  });
  await report.step('applying the base again keeps the replicas', async () => {
    await run('delete', 'job', '--all');
    const before = await read<Deployment>(`deployment/${ROLLED}`);
    const flags = ['--server-side', '--force-conflicts'];
    await kubectl.run(['apply', ...flags, `--kustomize=${join(manifests, 'base')}`]);
    const after = await read<Deployment>(`deployment/${ROLLED}`);
    if (after.spec.replicas !== before.spec.replicas)
      throw new StackError(`the API has ${after.spec.replicas} replicas`);
    return `the API keeps its ${after.spec.replicas} replicas`;
  });

  /** Polls the Deployment during the rollout. */
  async function roll(): Promise<string> {
    await run('set', 'image', `deployment/${ROLLED}`, 'api=aio-backend:next');
    let isOver = false;
    const rollout = run('rollout', 'status', `deployment/${ROLLED}`, '--timeout=90s').finally(
      () => (isOver = true),
    );
    let fewest = Infinity;
    while (!isOver) {
      const { spec, status } = await read<Deployment>(`deployment/${ROLLED}`);
      fewest = Math.min(fewest, (status.availableReplicas ?? 0) - spec.replicas);
    }
    await rollout;
    if (fewest < 0) throw new StackError(`${-fewest} APIs were missing at one time`);
    return 'as many available as wanted, at all times';
  }
}

function isReady({ status }: Pod): boolean {
  return (
    status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  );
}
