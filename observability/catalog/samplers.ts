/** What OTEL_TRACES_SAMPLER may say; the two `ratio` samplers read OTEL_TRACES_SAMPLER_ARG (0 to 1). */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export type SamplerName = (typeof SAMPLERS)[number];
