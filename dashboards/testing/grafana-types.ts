/** Whether values match Grafana's published types, as its TypeScript packages have them. */
import { join } from 'node:path';
import ts from 'typescript';

/** Virtual path of the checked file: next to this one, so that the compiler finds the packages. */
const CHECKED = join(import.meta.dirname, 'checked.ts');

/** Grafana's types as JSON, where a member of an enum is its value. */
const PREAMBLE = `
import type { AnnotationQuery, Dashboard, DataSourceJsonData, VariableModel } from '@grafana/schema';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Json<T> = T extends string
  ? \`\${T}\`
  : T extends (infer Element)[]
    ? Json<Element>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;
/** Annotations have fields of their data source, and variables have fields of their type. */
type Board = Json<Omit<Dashboard, 'annotations' | 'templating'>> & {
  annotations: { list: (Json<AnnotationQuery> & { expr: string; step: string; titleFormat: string })[] };
  templating: {
    list: (Json<VariableModel> & { auto: boolean; auto_min: string; auto_count: number; definition?: string })[];
  };
};
interface Of<Options, Custom> {
  options: Json<Partial<Options>>;
  custom: Json<Partial<Custom>>;
}
interface Kinds {
  bargauge: Of<bargauge.Options, never>;
  heatmap: Of<heatmap.Options, heatmap.FieldConfig>;
  stat: Of<stat.Options, never>;
  timeseries: Of<timeseries.Options, timeseries.FieldConfig>;
}
interface DataSource {
  name: string;
  uid: string;
  type: 'prometheus' | 'jaeger' | 'loki' | 'alertmanager';
  access: 'proxy';
  url: string;
  isDefault?: boolean;
  editable: false;
  jsonData: Json<DataSourceJsonData> & {
    httpMethod?: 'POST' | 'GET';
    prometheusType?: 'Prometheus';
    timeInterval?: string;
    exemplarTraceIdDestinations?: (
      | { name: string; url: string; urlDisplayLabel: string }
      | { name: string; datasourceUid: string; urlDisplayLabel: string }
    )[];
    nodeGraph?: { enabled: boolean };
    tracesToLogsV2?: {
      datasourceUid: string;
      spanStartTimeShift: string;
      spanEndTimeShift: string;
      customQuery: true;
      query: string;
    };
    maxLines?: number;
    derivedFields?: {
      name: string;
      matcherType: 'label';
      matcherRegex: string;
      url: string;
      datasourceUid?: string;
      urlDisplayLabel: string;
    }[];
    implementation?: 'prometheus';
  };
}
`;

/** Type errors of values, each checked against its type. */
export function findFaults(checks: readonly { type: string; value: unknown }[]): string[] {
  const lines = checks.map(
    ({ type, value }, index) => `export const value${index}: ${type} = ${JSON.stringify(value)};`,
  );
  const text = `${PREAMBLE}${lines.join('\n')}\n`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === CHECKED || fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === CHECKED
      ? ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
      : getSourceFile(path, ...rest);
  const faults = ts
    .getPreEmitDiagnostics(ts.createProgram([CHECKED], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  return [...new Set(faults)];
}

/** The board as a whole, and each panel's options by kind. */
export function checksOf(board: {
  panels: readonly { type: string }[];
}): { type: string; value: unknown }[] {
  const panels = board.panels.filter(({ type }) => type !== 'row') as unknown as {
    type: string;
    options: unknown;
    fieldConfig: { defaults: { custom?: unknown } };
  }[];
  return [
    { type: 'Board', value: board },
    ...panels.flatMap(({ type, options, fieldConfig: { defaults } }) => [
      { type: `Kinds['${type}']['options']`, value: options },
      ...(defaults.custom ? [{ type: `Kinds['${type}']['custom']`, value: defaults.custom }] : []),
    ]),
  ];
}
