import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** One query of a panel, as Grafana asks it. */
export interface Target {
  /** Its name within the panel, e.g. `A`. */
  refId: string;
  /** What a series is called, e.g. `P95` or `{{kind}}`. */
  legendFormat: string;
  /** PromQL, or LogQL on a board of logs, with Grafana's variables in it. */
  expr: string;
  /** true = asked once, at the end of the time range. */
  instant?: boolean;
  exemplar?: boolean;
}

export interface Panel {
  /** Its number within the board; it follows from the title. */
  id: number;
  title: string;
  type: string;
  description: string;
  /** Of its values, as Grafana calls it, e.g. `percentunit`. */
  unit: string;
  /** The steps at which its colour changes, ascending; the first is minus infinity (null). */
  thresholds: readonly { value: number | null; color: string }[];
  targets: readonly Target[];
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

export interface Variable {
  name: string;
  label: string;
  description?: string;
  /** `label_values(<selector>, <label>)` */
  definition: string;
  /** What "All" stands for; absent = an alternation of all values. */
  allValue?: string;
}

/** What a board marks on all of its panels. */
export interface Annotation {
  name: string;
  expr: string;
  iconColor: string;
  /** What a mark is called, e.g. `Load test {{testid}}`. */
  titleFormat: string;
}

export interface Board {
  uid: string;
  title: string;
  /** Whom its panels ask. */
  source: 'prometheus' | 'loki';
  /** The question that it answers. */
  description: string;
  variables: readonly Variable[];
  annotations: readonly Annotation[];
  rows: readonly Row[];
  /** The file, as Grafana reads it. */
  text: string;
}

interface BoardFile extends Pick<Board, 'uid' | 'title' | 'description'> {
  templating: { list: (Variable & { type: string })[] };
  annotations: { list: Annotation[] };
  panels: PanelFile[];
}

interface PanelFile extends Omit<Panel, 'unit' | 'thresholds'> {
  datasource?: { type: string };
  fieldConfig?: {
    defaults: { unit?: string; thresholds?: { steps: Panel['thresholds'] } };
  };
}

const GENERATED = resolve(import.meta.dirname, '../../dashboards/generated');

/** The committed boards of Prometheus, by their uids. */
export function readBoards(): Board[] {
  return readAll().filter(({ source }) => source === 'prometheus');
}

/** Those of Loki. */
export function readLogBoards(): Board[] {
  return readAll().filter(({ source }) => source === 'loki');
}

function readAll(): Board[] {
  return readdirSync(GENERATED)
    .sort()
    .map((file) => toBoard(readFileSync(resolve(GENERATED, file), 'utf8')));
}

export function panelsOf(board: Pick<Board, 'rows'>): Panel[] {
  return board.rows.flatMap(({ panels }) => panels);
}

function toBoard(text: string): Board {
  const file = JSON.parse(text) as BoardFile;
  const rows: { title: string; panels: Panel[] }[] = [];
  for (const panel of file.panels) {
    if (panel.type === 'row') rows.push({ title: panel.title, panels: [] });
    // Lines, not series: Grafana's alone.
    else if (panel.type !== 'logs') rows.at(-1)?.panels.push(toPanel(panel));
  }
  return {
    uid: file.uid,
    source: file.panels.some(({ datasource }) => datasource?.type === 'loki')
      ? 'loki'
      : 'prometheus',
    title: file.title,
    description: file.description,
    variables: file.templating.list.filter(({ type }) => type === 'query'),
    annotations: file.annotations.list,
    rows,
    text,
  };
}

function toPanel({ fieldConfig, datasource: _datasource, ...panel }: PanelFile): Panel {
  const { unit = 'short', thresholds } = fieldConfig?.defaults ?? {};
  return {
    ...panel,
    // Of a heat map that is the unit of its axis; its cells count.
    unit: panel.type === 'heatmap' ? 'ops' : unit,
    thresholds: thresholds?.steps ?? [],
  };
}
