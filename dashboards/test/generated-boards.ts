import { readFileSync, readdirSync } from 'node:fs';

export interface GeneratedPanel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: {
    refId: string;
    expr: string;
    legendFormat: string;
    exemplar?: boolean;
    instant?: boolean;
  }[];
  links?: { title: string; url: string }[];
  datasource?: { type: string; uid: string };
  options?: {
    colorMode?: string;
    legend?: { displayMode: string; calcs: string[]; sortBy?: string; sortDesc?: boolean };
  };
  fieldConfig?: {
    defaults: {
      unit?: string;
      noValue?: string;
      mappings?: {
        type: string;
        options: { match?: string; result?: { text: string; color: string } };
      }[];
      thresholds?: { steps: { value: number | null; color: string }[] };
      links?: { title: string; url: string }[];
    };
  };
}

export interface GeneratedBoard {
  uid: string;
  title: string;
  description: string;
  schemaVersion: number;
  templating: {
    list: { name: string; type: string; hide?: number; includeAll?: boolean; multi?: boolean }[];
  };
  annotations: { list: { name: string; expr: string }[] };
  links: { title: string; url: string; includeVars: boolean; keepTime: boolean }[];
  panels: GeneratedPanel[];
}

export const GENERATED = new URL('../generated/', import.meta.url);

interface BoardFile {
  file: string;
  board: GeneratedBoard;
}

/** The committed boards. */
export const BOARD_FILES: readonly BoardFile[] = readdirSync(GENERATED).map((file) => ({
  file,
  board: JSON.parse(readFileSync(new URL(file, GENERATED), 'utf8')) as GeneratedBoard,
}));

/** Panels without row headings. */
export function panelsOf({ panels }: GeneratedBoard): GeneratedPanel[] {
  return panels.filter(({ type }) => type !== 'row');
}
