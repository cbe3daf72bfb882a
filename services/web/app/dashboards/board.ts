/** The parts of a generated board, in Grafana's format, that the UI reads. */

export interface BoardFile {
  uid: string;
  title: string;
  description: string;
  panels: PanelFile[];
}

export interface Threshold {
  /** null = minus infinity. */
  value: number | null;
  color: string;
}

export interface Mapping {
  type: string;
  options: { match: string; result: { text: string; color?: string } };
}

export interface FieldDefaults {
  unit?: string;
  min?: number;
  max?: number;
  noValue?: string;
  color?: { mode: string; fixedColor?: string };
  thresholds?: { steps: Threshold[] };
  mappings?: Mapping[];
  links?: { title: string; url: string }[];
  custom?: {
    fillOpacity?: number;
    lineWidth?: number;
    /** Lines pass over gaps up to that many ms. */
    spanNulls?: number;
    stacking?: { mode: string };
    scaleDistribution?: { type: string };
    thresholdsStyle?: { mode: string };
    lineStyle?: { fill: string; dash?: number[] };
  };
}

export interface Override {
  matcher: { id: string; options: unknown };
  properties: { id: string; value?: unknown }[];
}

export interface PanelFile {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  links?: { title: string; url: string }[];
  targets?: { refId: string; legendFormat?: string; exemplar?: boolean }[];
  options?: {
    graphMode?: string;
    colorMode?: string;
    legend?: { calcs?: string[] };
  };
  fieldConfig?: { defaults: FieldDefaults; overrides: Override[] };
}

/** The panel kinds that the UI draws; board.test.ts checks that the boards have no other. */
export const PANEL_TYPES = ['timeseries', 'stat', 'bargauge'] as const;
export type PanelType = (typeof PANEL_TYPES)[number];

export interface Panel extends PanelFile {
  type: PanelType;
  defaults: FieldDefaults;
  overrides: Override[];
  unit: string;
  thresholds: Threshold[];
}

export interface Row {
  id: number;
  title: string;
  panels: Panel[];
}

/**
 * The rows of a board with their panels. Leaves out heat maps, which only Grafana draws.
 * @throws Error naming a panel of an unknown kind
 */
export function readRows({ panels }: BoardFile): Row[] {
  const rows: Row[] = [];
  for (const panel of panels) {
    if (panel.type === 'row') rows.push({ id: panel.id, title: panel.title, panels: [] });
    else if (panel.type !== 'heatmap') rows.at(-1)?.panels.push(readPanel(panel));
  }
  return rows.filter((row) => row.panels.length > 0);
}

export function readPanel(panel: PanelFile): Panel {
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  if (!isKnown(panel.type)) throw new Error(`${panel.title}: no renderer for ${panel.type}`);
  return {
    ...panel,
    type: panel.type,
    defaults,
    overrides,
    unit: defaults.unit ?? 'short',
    thresholds: defaults.thresholds?.steps ?? [],
  };
}

function isKnown(type: string): type is PanelType {
  return (PANEL_TYPES as readonly string[]).includes(type);
}
