/** Where each output sample of a linear resize reads: `low[i]`, `low[i] + 1` (clamped) and the weight of it. */
export interface LinearSamples {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

/**
 * Samples `start` to `end` (exclusive) of a side resized from `from` to `to` pixels, with half-pixel centres
 * and clamped at the ends, as torch's `interpolate(mode="bilinear", align_corners=False)`.
 */
export function planSamples(sides: { from: number; to: number }, start: number, end: number): LinearSamples {
  const count = Math.max(0, end - start);
  const samples = {
    low: new Int32Array(count),
    high: new Int32Array(count),
    weight: new Float32Array(count),
  };
  const scale = Math.fround(sides.from / sides.to);
  for (let index = 0; index < count; index++) {
    const source = Math.max(0, Math.fround(scale * (start + index + 0.5)) - 0.5);
    const low = Math.min(Math.floor(source), sides.from - 1);
    samples.low[index] = low;
    samples.high[index] = Math.min(low + 1, sides.from - 1);
    samples.weight[index] = source - low;
  }
  return samples;
}
