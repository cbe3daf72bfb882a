import type { ATTRIBUTES as CATALOGUE } from '@aio/catalog/attributes';

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
