/** Values of OTEL_TRACES_SAMPLER. The two `ratio` samplers read OTEL_TRACES_SAMPLER_ARG (0 to 1). */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export type SamplerName = (typeof SAMPLERS)[number];

/** Share of new traces that a sampler keeps. @param ratio for the `ratio` samplers */
export function shareOfNewTraces(name: SamplerName, ratio: number): number {
  if (name.endsWith('ratio')) return ratio;
  return name.endsWith('on') ? 1 : 0;
}
