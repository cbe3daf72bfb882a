import { StackError } from '@aio/tools/stack-error';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { tryUntil } from '../project.ts';

const DATA_SOURCES = 'observability/config/grafana/provisioning/datasources/datasources.yml';
const BOARDS = 'dashboards/generated';
const HOME = 'aio-overview';
const READY_WITHIN_MS = 30_000;
/** Defaults of the Compose files. */
const ADMINISTRATOR = { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` };

interface DataSource {
  uid: string;
  type: string;
}

/**
 * Checks that Grafana shows the overview as its home page without a login, that every data source is healthy, and that
 * the search finds every board.
 * @param root folder of the Compose files
 * @throws Error after `withinMs`
 */
export async function checkGrafana(
  root: string,
  origin: string,
  withinMs = READY_WITHIN_MS,
): Promise<string> {
  const ask = async <Answer>(path: string, headers: Record<string, string> = ADMINISTRATOR) => {
    const answer = await fetch(`${origin}/api/${path}`, { headers });
    if (answer.ok) return (await answer.json()) as Answer;
    throw new StackError(`/api/${path} answered ${answer.status}: ${await answer.text()}`);
  };
  const sources = listDataSources(root);
  const boards = listBoards(root);
  return tryUntil('Grafana shows its boards', withinMs, async () => {
    const home = await ask<{ dashboard?: { uid?: string } }>('dashboards/home', {});
    if (home.dashboard?.uid !== HOME)
      throw new StackError(`the home page is ${home.dashboard?.uid}, not ${HOME}`);
    for (const source of sources) await ask(healthPath(source));
    const found = await ask<{ uid: string }[]>('search?type=dash-db&limit=5000', {});
    const missing = boards.filter((board) => !found.some(({ uid }) => uid === board));
    if (missing.length > 0) throw new StackError(`the search does not find ${missing.join(', ')}`);
    return `home page ${HOME}, ${sources.length} healthy data sources, ${boards.length} boards`;
  });
}

/** Grafana has no health check for an Alertmanager; browsers reach it through Grafana's proxy. */
function healthPath({ uid, type }: DataSource): string {
  return type === 'alertmanager'
    ? `datasources/proxy/uid/${uid}/api/v2/status`
    : `datasources/uid/${uid}/health`;
}

function listDataSources(root: string): DataSource[] {
  const text = readFileSync(join(root, DATA_SOURCES), 'utf8');
  return (parse(text) as { datasources: DataSource[] }).datasources;
}

function listBoards(root: string): string[] {
  const folder = join(root, BOARDS);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { uid: string }).uid);
}
