import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** One query of a panel, as Grafana asks it. */
export interface Target {
  /** What a series is called, e.g. `P95` or `{{kind}}`. */
  legendFormat: string;
  /** PromQL with Grafana's variables in it. */
  expr: string;
  /** true = asked once, at the end of the time range. */
  instant?: boolean;
  exemplar?: boolean;
}

export interface Panel {
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
  /** `label_values(<selector>, <label>)` */
  definition: string;
  /** What "All" stands for; absent = an alternation of all values. */
  allValue?: string;
}

export interface Board {
  uid: string;
  title: string;
  description: string;
  variables: readonly Variable[];
  annotations: readonly { name: string; expr: string }[];
  rows: readonly Row[];
}

interface BoardFile extends Pick<Board, 'uid' | 'title' | 'description' | 'annotations'> {
  templating: { list: (Variable & { type: string })[] };
  annotations: { list: Board['annotations'] } & Board['annotations'];
  panels: PanelFile[];
}

interface PanelFile extends Omit<Panel, 'unit' | 'thresholds'> {
  fieldConfig?: {
    defaults: { unit?: string; thresholds?: { steps: Panel['thresholds'] } };
  };
}

const GENERATED = resolve(import.meta.dirname, '../../../dashboards/generated');

/** The committed boards, by their uids. */
export function readBoards(): Board[] {
  return readdirSync(GENERATED)
    .sort()
    .map((file) => toBoard(JSON.parse(readFileSync(resolve(GENERATED, file), 'utf8'))));
}

export function panelsOf(board: Board): Panel[] {
  return board.rows.flatMap(({ panels }) => panels);
}

function toBoard(file: BoardFile): Board {
  const rows: { title: string; panels: Panel[] }[] = [];
  for (const panel of file.panels) {
    if (panel.type === 'row') rows.push({ title: panel.title, panels: [] });
    else rows.at(-1)?.panels.push(toPanel(panel));
  }
  return {
    uid: file.uid,
    title: file.title,
    description: file.description,
    variables: file.templating.list.filter(({ type }) => type === 'query'),
    annotations: file.annotations.list,
    rows,
  };
}

function toPanel({ fieldConfig, ...panel }: PanelFile): Panel {
  const { unit = 'short', thresholds } = fieldConfig?.defaults ?? {};
  return {
    ...panel,
    // Of a heat map that is the unit of its axis; its cells count.
    unit: panel.type === 'heatmap' ? 'ops' : unit,
    thresholds: thresholds?.steps ?? [],
  };
}
