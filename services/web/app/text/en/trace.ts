export const trace = {
  tree: 'Spans over time',
  search: 'Search the spans',
  count: '1 span | {count} spans',
  cut: 'Only the first 5,000 spans are shown.',
  open: 'Spans that are still open are missing.',
  jaeger: 'Open in Jaeger',
  details: 'Span',
  choose: 'Select a span to see its attributes.',
  service: 'Service',
  kind: 'Kind',
  started: 'Started',
  duration: 'Duration',
  openStep: 'Open step {step}',
  attributes: 'Attributes',
  events: 'Events',
  links: 'Links',
  not_configured: 'Jaeger is not configured',
  not_configuredText:
    'Run “npm run servers -- jaeger” before “npm start”, or set JAEGER_QUERY_URL for the API.',
  not_sampled: 'This run was not traced',
  not_sampledText:
    'Sampling left this run out. OTEL_TRACES_SAMPLER_ARG sets the share of runs that are traced.',
  not_there: 'Jaeger has no spans of this run yet',
  not_thereText:
    'Spans arrive a few seconds after they end. Jaeger may also have dropped old ones.',
};
