import type { ATTRIBUTES as CATALOGUE } from '@aio/catalog/traces/attributes';
import type { RouteLocationNormalized } from 'vue-router';

type Used =
  | 'webRoute'
  | 'appWidgetName'
  | 'httpRequestMethod'
  | 'httpResponseStatusCode'
  | 'urlFull'
  | 'serverAddress'
  | 'serverPort'
  | 'errorType';

/** The catalogue's attributes for browser spans. A name that differs from the catalogue does not compile. */
export const ATTRIBUTES: { readonly [Key in Used]: (typeof CATALOGUE)[Key] } = {
  webRoute: 'aio.web.route',
  appWidgetName: 'app.widget.name',
  httpRequestMethod: 'http.request.method',
  httpResponseStatusCode: 'http.response.status_code',
  urlFull: 'url.full',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
};

/** The router's name of a page: `/runs/:id`; undefined = no page. */
export function pageOf({ matched }: Pick<RouteLocationNormalized, 'matched'>): string | undefined {
  return matched.at(-1)?.path.replaceAll('()', '');
}
