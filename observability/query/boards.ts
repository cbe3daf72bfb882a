import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** A query of a panel. */
export interface Target {
  /** Unique within the panel, e.g. `A`. */
  refId: string;
  /** Name of a series, e.g. `P95` or `{{kind}}`. */
  legendFormat: string;
  /** PromQL with Grafana's variables. */
  expr: string;
  /** Whether to query once, at the end of the time range. */
  instant?: boolean;
  exemplar?: boolean;
}

export interface Panel {
  /** Unique within the board, derived from the title. */
  id: number;
  title: string;
  type: string;
  /** Grafana's unit of the values, e.g. `percentunit`. */
  unit: string;
  targets: readonly Target[];
}

export interface Variable {
  name: string;
  label: string;
  description?: string;
  /** `label_values(<selector>, <label>)` */
  definition: string;
  /** Value of "All"; absent = an alternation of all values. */
  allValue?: string;
}

/** Marks on all panels of a board. */
export interface Annotation {
  name: string;
  expr: string;
  iconColor: string;
  /** Title of a mark, e.g. `Load test {{testid}}`. */
  titleFormat: string;
}

export interface Board {
  uid: string;
  title: string;
  /** The question that the board answers. */
  description: string;
  variables: readonly Variable[];
  annotations: readonly Annotation[];
  panels: readonly Panel[];
  /** Grafana's JSON. */
  text: string;
}

interface BoardFile extends Pick<Board, 'uid' | 'title' | 'description'> {
  templating: { list: (Variable & { type: string; hide?: number })[] };
  annotations: { list: Annotation[] };
  panels: PanelFile[];
}

interface PanelFile extends Omit<Panel, 'unit'> {
  fieldConfig?: { defaults: { unit?: string } };
}

/** Grafana's number for a variable that readers do not see. */
const HIDDEN = 2;

const GENERATED = resolve(import.meta.dirname, '../../dashboards/generated');

/** The committed boards, sorted by uid. */
export function readBoards(): Board[] {
  return readdirSync(GENERATED)
    .sort()
    .map((file) => toBoard(readFileSync(resolve(GENERATED, file), 'utf8')));
}

function toBoard(text: string): Board {
  const file = JSON.parse(text) as BoardFile;
  return {
    uid: file.uid,
    title: file.title,
    description: file.description,
    variables: file.templating.list.filter(({ type, hide }) => type === 'query' && hide !== HIDDEN),
    annotations: file.annotations.list,
    panels: file.panels
      // Only Grafana draws heat maps.
      .filter(({ type }) => type !== 'row' && type !== 'heatmap')
      .map(({ fieldConfig, ...panel }) => ({
        ...panel,
        unit: fieldConfig?.defaults.unit ?? 'short',
      })),
    text,
  };
}
