import type { ComposeConfig } from '@aio/stack/without-images/images/list-images';

/** Origins at which this machine reaches a project's services, without a trailing slash. */
export interface Place {
  api: string;
  web: string;
  keycloak: string;
  jaeger: string;
  prometheus: string;
  grafana: string;
}

/** Reads the origins from the resolved files. The host is that of AIO_PUBLIC_URL, because tokens name it. */
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
