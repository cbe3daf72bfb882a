import type { ComposeConfig } from '@aio/stack/without-images/images/list-images';

/** Where a project's services are reached from this machine: origins, without a slash at the end. */
export interface Place {
  api: string;
  web: string;
  keycloak: string;
  jaeger: string;
  prometheus: string;
  grafana: string;
}

/** As Compose resolved the files: the host's name is the one that pages and tokens carry. */
export function findPlace({ services }: ComposeConfig): Place {
  const web = services.frontend?.environment?.AIO_PUBLIC_URL ?? '';
  const origin = new URL(web);
  const at = (service: string): string => {
    const published = services[service]?.ports?.[0]?.published;
    return `${origin.protocol}//${origin.hostname}:${published}`;
  };
  return {
    api: at('proxy'),
    web,
    keycloak: at('keycloak'),
    jaeger: at('jaeger'),
    prometheus: at('prometheus'),
    grafana: at('grafana'),
  };
}
