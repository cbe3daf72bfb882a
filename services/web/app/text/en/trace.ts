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
  not_configured: 'Traces are not configured',
  not_configuredText:
    'Set JAEGER_QUERY_URL for the API. “npm start” sets it, unless TELEMETRY_ENABLED is false.',
  elsewhere: 'Traces go to {receiver}, so AIO cannot show them here',
  elsewhereText:
    'Look for the run there. If it is a Jaeger, set JAEGER_QUERY_URL for the API to show them here.',
  not_sampled: 'This run was not traced',
  not_sampledText:
    'Sampling left this run out. OTEL_TRACES_SAMPLER_ARG sets the share of runs that are traced.',
  not_there: 'There are no spans of this run yet',
  not_thereText: 'Spans arrive a few seconds after they end. Old traces make room for new ones.',
};
