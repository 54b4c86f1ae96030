import { expect, it } from 'vitest';
import { createSession } from '../../../../core/adapters/onnx/create-session.ts';
import { tryProvider } from '../../../../core/adapters/onnx/try-provider.ts';
import { chooseProvider } from '../../../../lambdas/analyze-image/choose-provider.ts';
import { silentTelemetry } from '../../../helpers/silent-telemetry.ts';
import { tinyModel } from '../../../helpers/tiny-manifest.ts';

const reasonWithoutCuda = await tryProvider('cuda');

it('computes on the processor everywhere', async () => {
  expect(await tryProvider('cpu')).toBeUndefined();
});

it.skipIf(reasonWithoutCuda === undefined)(
  'never takes another for CUDA: where there is none it says why, and no model is loaded for it',
  async () => {
    expect(reasonWithoutCuda).toMatch(/cuda/i);
    const load = createSession({ bytes: tinyModel('yolov8-detect') }, { threads: 1, provider: 'cuda' });
    await expect(load).rejects.toThrow('Failed to load');
  },
);

it('takes the provider that is wanted where it computes, and says nothing', async () => {
  const telemetry = silentTelemetry();
  expect(await chooseProvider('cuda', { tryProvider: async () => undefined, telemetry })).toBe('cuda');
  expect(telemetry.names).toEqual([]);
});

it('computes on the processor where there is none, and says so again and again', async () => {
  const telemetry = silentTelemetry();
  const ports = { tryProvider: async () => 'no libcudart.so.12', telemetry, everyMs: 5 };
  expect(await chooseProvider('cuda', ports)).toBe('cpu');
  expect(telemetry.names).toEqual(['ProviderMissing']);
  await expect.poll(() => telemetry.names.length).toBeGreaterThan(2);
});
