import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ExecutionProvider } from '../../contracts/device.ts';

/** One node, `y = Relu(x)`, on one number. */
const TRIAL = Buffer.from(
  'CAg6MwoMCgF4EgF5IgRSZWx1EgFnWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUICEA0=',
  'base64',
);

/**
 * Computes one number with a provider, and with no other in its place.
 * @returns why that is not possible here; undefined where it is.
 */
export async function tryProvider(provider: ExecutionProvider): Promise<string | undefined> {
  try {
    const session = await InferenceSession.create(TRIAL, {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(2), [1]) });
    await session.release();
    return y?.data[0] === 2 ? undefined : `It gives ${String(y?.data[0])} where 2 is right.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
