import { panelId } from '../boards.ts';
import { select } from '../metrics/select.ts';
import { overTime } from '@aio/slo/promql';
import { type Alert, alertPage } from './alert.ts';

/**
 * The address of AIO in Prometheus' template language: the API's AIO_PUBLIC_URL, which it exposes. Prometheus remembers it
 * for a day, so that links work while no API is up.
 */
const AIO_URL = `{{ with query \`${overTime('max', select('publicUrl'), '1d').promql}\` }}{{ . | first | label "address" }}{{ end }}`;

/** Absolute links, as annotations. */
export function linksOf({ name, panel, examples }: Alert): Record<string, string> {
  const { dashboardUid: board, title } = panel;
  return {
    runbook_url: AIO_URL + alertPage({ name }),
    panel_url: `${AIO_URL}/dashboards/${board}#panel-${panelId(board, title)}`,
    ...(examples !== undefined && { examples_url: AIO_URL + examples }),
  };
}

/** The annotation as it reads for an alert with these labels while no API has told its address. */
export function fillInLinks(annotation: string, labels: Readonly<Record<string, string>>): string {
  return annotation
    .replaceAll(AIO_URL, '')
    .replaceAll(/\{\{ urlquery \$labels\.(\w+) \}\}/g, (_, label: string) =>
      encodeURIComponent(labels[label] ?? ''),
    );
}
