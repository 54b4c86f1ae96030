import { type Analysis, type Analyst, type AnalyzeOptions, analyze } from './analyze.ts';
import { SegmentryError } from './errors.ts';
import type { AnalysisInput } from './read-input.ts';

/** Where it is written down what was begun, and under which key it is sent the next time; a Map, or anything that lasts longer. */
export interface Journal {
  get(key: string): string | undefined | Promise<string | undefined>;
  set(key: string, value: string): unknown;
}

export interface AnalyzeManyOptions
  extends Omit<AnalyzeOptions, 'idempotencyKey' | 'filename' | 'onProgress'> {
  /** How many are under way at once; 4. */
  readonly concurrency?: number;
  readonly journal?: Journal | undefined;
  /** What an input is called in the journal: its path, address, or name and size; its place in the list where it has none. */
  readonly keyOf?: ((input: AnalysisInput, index: number) => string) | undefined;
  readonly onProgress?: ((progress: ManyProgress) => void) | undefined;
}

export interface ManyProgress {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
}

export type Outcome = { readonly input: AnalysisInput; readonly index: number } & (
  | { readonly analysis: Analysis; readonly error?: undefined }
  | { readonly analysis?: undefined; readonly error: unknown }
);

const DEFAULT_CONCURRENCY = 4;

export async function* analyzeMany(
  segmentry: Analyst,
  inputs: Iterable<AnalysisInput>,
  options: AnalyzeManyOptions,
): AsyncGenerator<Outcome, void, undefined> {
  const { concurrency = DEFAULT_CONCURRENCY, onProgress, signal } = options;
  const counts = { started: 0, succeeded: 0, failed: 0 };
  const stopped = new AbortController();
  const bound = {
    ...options,
    keyOf: options.keyOf ?? createNames(),
    signal: signal === undefined ? stopped.signal : AbortSignal.any([signal, stopped.signal]),
  };
  const underWay = new Map<number, Promise<Outcome>>();
  const rest = [...inputs].entries();
  const startNext = () => {
    const { value, done } = rest.next();
    if (done) return;
    const [index, input] = value;
    counts.started += 1;
    underWay.set(index, analyzeOne(segmentry, { input, index }, bound));
  };
  try {
    for (let free = Math.max(1, concurrency); free > 0; free--) startNext();
    while (underWay.size > 0) {
      const outcome = await Promise.race(underWay.values());
      signal?.throwIfAborted();
      underWay.delete(outcome.index);
      counts[outcome.error === undefined ? 'succeeded' : 'failed'] += 1;
      onProgress?.({ ...counts });
      startNext();
      yield outcome;
    }
  } finally {
    // Who stops taking outcomes wants no more of them.
    stopped.abort();
  }
}

type Bound = AnalyzeManyOptions & { readonly keyOf: NonNullable<AnalyzeManyOptions['keyOf']> };

async function analyzeOne(
  segmentry: Analyst,
  { input, index }: { input: AnalysisInput; index: number },
  { journal, keyOf, concurrency: _, onProgress: __, ...options }: Bound,
): Promise<Outcome> {
  try {
    const name = keyOf(input, index);
    const idempotencyKey = await rememberedKey(journal, name);
    const analysis = await analyze(segmentry, input, { ...options, idempotencyKey }).catch(async (error) => {
      if (isToRenew(error)) await journal?.set(name, crypto.randomUUID());
      throw error;
    });
    return { input, index, analysis };
  } catch (error) {
    return { input, index, error };
  }
}

/** Under the old key the next run would be told of the same failure; under a new one all would be paid again. */
const isToRenew = (error: unknown) =>
  error instanceof SegmentryError &&
  error.isFinal &&
  !error.jobs.some(({ status }) => status === 'succeeded');

/** Written down before anything is sent, so that a second run repeats the requests of the first. */
async function rememberedKey(journal: Journal | undefined, name: string): Promise<string> {
  const known = await journal?.get(name);
  if (known !== undefined) return known;
  const key = crypto.randomUUID();
  await journal?.set(name, key);
  return key;
}

/** Files of different folders may have one name and one size: under one key each would be taken for the first. */
function createNames() {
  const called = new Map<string, AnalysisInput[]>();
  return (input: AnalysisInput, index: number): string => {
    if (typeof input === 'string' || input instanceof URL) return String(input);
    const { name: given, size } = input as { name?: string; size?: number };
    const name = given === undefined ? `#${index}` : `${given} ${size ?? ''}`;
    const namesakes = called.get(name) ?? [];
    called.set(name, namesakes);
    if (!namesakes.includes(input)) namesakes.push(input);
    const place = namesakes.indexOf(input);
    return place === 0 ? name : `${name} #${place + 1}`;
  };
}
