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

/** Those of the catalogue that spans of a browser have: one that is called otherwise there does not compile. */
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
