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

/** Share of the traces that begin here which a sampler keeps. @param ratio read by the `ratio` samplers */
export function shareOfNewTraces(name: SamplerName, ratio: number): number {
  if (name.endsWith('ratio')) return ratio;
  return name.endsWith('on') ? 1 : 0;
}
