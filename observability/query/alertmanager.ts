import { endpointOf } from './endpoint.ts';
import type { Labels } from './prometheus.ts';

/** A silence: a user muted alerts for a time. */
export interface Silence {
  id: string;
  createdBy: string;
  comment: string;
  /** ISO 8601. */
  endsAt: string;
}

/** An alert in Alertmanager. */
export interface RoutedAlert {
  labels: Labels;
  /** Silences that mute it; empty = none. */
  silences: readonly Silence[];
  /** Whether another alert, its cause, inhibits it. */
  isInhibited: boolean;
}

/** All methods reject with AlertmanagerAway. */
export interface AlertmanagerApi {
  alerts(): Promise<RoutedAlert[]>;
}

/** Alertmanager does not answer, or another server does. */
export class AlertmanagerAway extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AlertmanagerAway';
  }
}

const ANSWER_WITHIN_MS = 5_000;

interface RawAlert {
  labels: Labels;
  status: { silencedBy: string[]; inhibitedBy: string[] };
}

/**
 * The HTTP API of Alertmanager.
 * @param address URL, e.g. `http://localhost:9093`, optionally with user and password
 */
export function createAlertmanagerApi(address: string): AlertmanagerApi {
  const { url, headers } = endpointOf(address);

  async function ask<Data>(path: string): Promise<Data[]> {
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const response = await fetch(`${url}/api/v2/${path}`, { headers, signal });
      const answer: unknown = await response.json();
      if (Array.isArray(answer)) return answer as Data[];
    } catch (cause) {
      throw new AlertmanagerAway(`Alertmanager does not answer at ${url}`, { cause });
    }
    throw new AlertmanagerAway(`The server at ${url} is not Alertmanager`);
  }

  return {
    async alerts() {
      const [alerts, silences] = await Promise.all([
        ask<RawAlert>('alerts'),
        ask<Silence>('silences'),
      ]);
      const byId = new Map(silences.map((silence) => [silence.id, silence]));
      return alerts.map(({ labels, status }) => ({
        labels,
        silences: status.silencedBy.flatMap((id) => byId.get(id) ?? []),
        isInhibited: status.inhibitedBy.length > 0,
      }));
    },
  };
}

/** Finds the alert in Alertmanager, which may add labels to those of Prometheus. */
export function findRouted(
  labels: Labels,
  routed: readonly RoutedAlert[],
): RoutedAlert | undefined {
  return routed.find((one) =>
    Object.entries(labels).every(([name, value]) => one.labels[name] === value),
  );
}
