import type { InferenceSession } from 'onnxruntime-node';
import { afterEach, describe, expect, it } from 'vitest';
import { prepareBatchModel, takesBatches } from '../../../../core/adapters/onnx/batch-model.ts';
import { createSession } from '../../../../core/adapters/onnx/create-session.ts';
import { describeModel } from '../../../../core/adapters/onnx/describe-model.ts';
import { type LoadedModel, loadModel } from '../../../../core/adapters/onnx/load-model.ts';
import { ModelTooLargeError } from '../../../../core/domain/entities/model.ts';
import type { ModelOutputs } from '../../../../core/vision/model-outputs.ts';
import { colourModel } from '../../../helpers/colour-model.ts';
import { tinyModel } from '../../../helpers/tiny-manifest.ts';

const sessions: InferenceSession[] = [];
const models: LoadedModel[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.release();
  for (const session of sessions.splice(0)) await session.release();
});

async function open(weights: Uint8Array) {
  const session = await createSession({ bytes: weights }, { threads: 1 });
  sessions.push(session);
  return session;
}

type Failing = (values: Float32Array) => Error | undefined;

/** A session that tells how many images each run has, and fails as it is told. */
function watched(
  session: InferenceSession,
  { failing = () => undefined, sizes = [] }: { failing?: Failing | undefined; sizes?: number[] } = {},
) {
  const run: InferenceSession['run'] = async (feeds: InferenceSession.FeedsType) => {
    const [input] = Object.values(feeds);
    sizes.push(input?.dims[0] ?? 0);
    const error = failing(input?.data as Float32Array);
    if (error !== undefined) throw error;
    return session.run(feeds);
  };
  return { sizes, session: Object.create(session, { run: { value: run } }) as InferenceSession };
}

const { weights, manifest } = colourModel();
const red = (share: number) => (input: Float32Array) => void input.fill(0).fill(share, 0, 64 * 64);
/** Outputs are freed with the next run. */
const kept = (outputs: ModelOutputs) => outputs.map(({ data, dims }) => ({ data: [...data], dims }));

/** @param opening is called before a session is opened, and may throw. */
async function prepare(failing?: Failing, isPadded = false, opening: () => void = () => undefined) {
  const opened: ReturnType<typeof watched>[] = [];
  const sizes: number[] = [];
  const openWatched = async () => {
    opening();
    opened.push(watched(await createSession({ bytes: weights }, { threads: 1 }), { failing, sizes }));
    return opened.at(-1)?.session as InferenceSession;
  };
  const model = await prepareBatchModel(openWatched, manifest, { size: 4, waitMs: 20, isPadded });
  models.push(model);
  sizes.length = 0;
  return { sizes, model, opened };
}

describe('a graph with a batch axis', () => {
  it('gives in a batch what it gives one by one, to each its own', async () => {
    const alone = await loadModel({ bytes: weights }, manifest, { threads: 1 });
    const { sizes, model } = await prepare();
    const shares = [0.1, 0.5, 0.9];
    const together = await Promise.all(shares.map((share) => model.run(red(share)).then(kept)));
    expect(sizes).toEqual([3]);
    const single: unknown[] = [];
    for (const share of shares) single.push(kept(await alone.run(red(share))));
    expect(together).toEqual(single);
    expect(together.map(([output]) => output?.data[4 * 84])).toEqual(
      shares.map((each) => expect.closeTo(each, 4)),
    );
    await alone.release();
  });

  it('runs when a batch is full, and takes together what has come meanwhile', async () => {
    const { sizes, model } = await prepare();
    await Promise.all(Array.from({ length: 11 }, (_, index) => model.run(red(index / 20))));
    expect(sizes).toEqual([4, 4, 3]);
  });

  it('does not wait for ever for a second one', async () => {
    const { sizes, model } = await prepare();
    await model.run(red(0.5));
    expect(sizes).toEqual([1]);
  });

  it('fills each run up where that is asked for, and tells nobody of what it was filled with', async () => {
    const { sizes, model } = await prepare(undefined, true);
    await Promise.all([0.6, 0.7, 0.8, 0.9].map((share) => model.run(red(share))));
    const [answer] = (await model.run(red(0.5)).then(kept)).map(({ data, dims }) => ({
      red: data[4 * 84],
      dims,
    }));
    expect(sizes).toEqual([4, 4]);
    expect(answer).toEqual({ red: expect.closeTo(0.5, 4), dims: [1, 6, 84] });
  });

  it('tries an image alone when a run that was filled up fails', async () => {
    const few = (values: Float32Array) =>
      values.length > 3 * 64 * 64 ? new Error('CUDA failure 2: out of memory') : undefined;
    const { sizes, model } = await prepare(few, true);
    await model.run(red(0.5));
    await model.run(red(0.6));
    expect(sizes).toEqual([4, 2, 1, 1]);
  });

  it('goes on with a new session where there was no memory: the old one keeps what it took in vain', async () => {
    let isFull = false;
    const { model, opened } = await prepare((values) => {
      if (values.length <= 3 * 64 * 64 && !isFull) return undefined;
      isFull = opened.length === 1;
      return isFull || values.length > 3 * 64 * 64 ? new Error('Failed to allocate memory') : undefined;
    });
    const answers = await Promise.all([0.2, 0.4].map((share) => model.run(red(share)).then(kept)));
    expect(answers.map(([output]) => output?.data[4 * 84])).toEqual(
      [0.2, 0.4].map((each) => expect.closeTo(each, 4)),
    );
    expect(opened).toHaveLength(2);
  });

  it('tells those who wait where no new session can be opened, and opens one once there is room', async () => {
    let isFull = false;
    const { model } = await prepare(
      (values) =>
        values.length > 3 * 64 * 64 && isFull ? new Error('CUDA failure 2: out of memory') : undefined,
      false,
      () => {
        if (isFull) throw new ModelTooLargeError();
      },
    );
    isFull = true;
    const runs = [0.1, 0.2, 0.3, 0.4].map((share) => model.run(red(share)));
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    await expect(runs[0]).rejects.toMatchObject({ code: 'model_too_large' });
    isFull = false;
    const [output] = await model.run(red(0.6)).then(kept);
    expect(output?.data[4 * 84]).toBeCloseTo(0.6, 4);
  });

  it('tells those who wait where the old session cannot be released', async () => {
    const { model, opened } = await prepare((values) =>
      values.length > 3 * 64 * 64 ? new Error('CUDA failure 2: out of memory') : undefined,
    );
    const [old] = opened;
    const release = async () => {
      throw new Error('CUDA failure 700');
    };
    Object.assign(old?.session ?? {}, { release });
    const outcomes = await Promise.allSettled([0.1, 0.2].map((share) => model.run(red(share))));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('lets an image that cannot be written fail alone', async () => {
    const { model } = await prepare();
    const broken = () => {
      throw new Error('no pixels');
    };
    const outcomes = await Promise.allSettled([model.run(red(0.2)), model.run(broken), model.run(red(0.4))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('finds the one whose run fails by halves: the others have their answers', async () => {
    const poison = (values: Float32Array) => (values.includes(0.75) ? new Error('bad kernel') : undefined);
    const { sizes, model } = await prepare(poison);
    const runs = [0.25, 0.5, 0.75, 1].map((share) => model.run(red(share)).then(kept));
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(sizes).toEqual([4, 2, 2, 1, 1]);
  });

  it('runs fewer together where there is no memory for as many, and says where there is none for one', async () => {
    const most = (limit: number) => (values: Float32Array) =>
      values.length > limit * 3 * 64 * 64 ? new Error('CUDA failure 2: out of memory') : undefined;
    const small = await prepare(most(1));
    const answers = await Promise.all([0.1, 0.2, 0.3].map((share) => small.model.run(red(share)).then(kept)));
    expect(answers.map(([output]) => output?.data[4 * 84])).toEqual(
      [0.1, 0.2, 0.3].map((each) => expect.closeTo(each, 4)),
    );
    // What does not fit is not tried again.
    small.sizes.length = 0;
    await Promise.all([0.4, 0.5].map((share) => small.model.run(red(share))));
    expect(small.sizes).toEqual([1, 1]);
    await expect(prepare(most(0))).rejects.toMatchObject({ code: 'model_too_large' });
    const fillsUp = (values: Float32Array) => (values.includes(0.75) ? new Error('bad_alloc') : undefined);
    const later = await prepare(fillsUp);
    await expect(later.model.run(red(0.75))).rejects.toMatchObject({ code: 'model_too_large' });
  });
});

describe('any other graph', () => {
  it.each([
    ['a fixed first axis', colourModel(1).weights],
    ['answers for one image, whatever it is given', tinyModel('yolov8-dynamic')],
    ['an export for one image', tinyModel('yolov8-detect')],
  ])('with %s runs one by one', async (_, bytes) => {
    const session = await open(bytes);
    expect(takesBatches(session)).toBe(false);
    const described = await describeModel(bytes, { id: 'one', version: '1' });
    const one = watched(session);
    const model = await prepareBatchModel(async () => one.session, described, {
      size: 4,
      waitMs: 20,
      isPadded: true,
    });
    one.sizes.length = 0;
    await Promise.all([model.run(red(0.1)), model.run(red(0.2))]);
    expect(one.sizes).toEqual([1, 1]);
  });

  it('is known from one with a batch axis', async () => {
    expect(takesBatches(await open(weights))).toBe(true);
  });
});
