/** `quay.io/keycloak/keycloak:26.7.4` -> `{ name: 'keycloak', tag: '26.7.4' }`. The default tag is `latest`. */
export function parseImage(reference: string): { name: string; tag: string } {
  const last = reference.split('@')[0]?.split('/').at(-1) ?? '';
  const [name = '', tag = 'latest'] = last.split(':');
  return { name, tag };
}
